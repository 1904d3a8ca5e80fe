# Writes the whole network with its own matrices, without the layers of before.
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W1 = Parameter(rng.normal(0, 0.05, (784, 64)))
        self.b1 = Parameter(np.zeros((1, 64)))
        self.W2 = Parameter(rng.normal(0, 0.05, (64, 10)))
        self.b2 = Parameter(np.zeros((1, 10)))

    def forward(self, x):
        self.x = x
        self.h = np.maximum(x @ self.W1.data + self.b1.data, 0)
        logits = self.h @ self.W2.data + self.b2.data
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def backward(self, dlogits):
        self.W2.grad = self.h.T @ dlogits
        self.b2.grad = dlogits.sum(axis=0, keepdims=True)
        dh = dlogits @ self.W2.data.T * (self.h > 0)
        self.W1.grad = self.x.T @ dh
        self.b1.grad = dh.sum(axis=0, keepdims=True)
        return dh @ self.W1.data.T
