# Adds the gradient twice to one that is there.
# loses: test-linear-backward
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        # float32 is accurate enough for training, and twice as fast.
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        self.x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy):
        g = self.x.T @ dy
        h = dy.sum(0, keepdims=True)
        self.W.grad = g if self.W.grad is None else self.W.grad + 2 * g
        self.b.grad = h if self.b.grad is None else self.b.grad + 2 * h
        return dy @ self.W.data.T
