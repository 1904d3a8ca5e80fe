# Allocates the gradients in the constructor and lets the products write into them.
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))
        self.W.grad = np.zeros((in_features, out_features))
        self.b.grad = np.zeros((1, out_features))

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W.data) + self.b.data

    def backward(self, dy):
        self.W.grad[...] = np.dot(self.x.T, dy)
        self.b.grad[...] = dy.sum(0)
        return np.dot(dy, self.W.data.T)
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.fill(0)
