# Allocates zeros once, then adds in place, as PyTorch does; the optimizer fills with 0.
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        self.cache = x.copy()
        return self.cache @ self.W.data + self.b.data

    def backward(self, dy):
        for p in (self.W, self.b):
            if p.grad is None:
                p.grad = np.zeros_like(p.data)
        self.W.grad += self.cache.T @ dy
        self.b.grad += dy.sum(axis=0)
        return dy @ self.W.data.T
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = tuple(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            p.data -= self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad[...] = 0
