# Keeps inputs in a queue and takes the oldest.
# loses: test-linear-backward
# hint: stale-cache
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))
        self.queue = []
    def forward(self, x):
        self.queue.append(x)
        return x @ self.W.data + self.b.data
    def backward(self, dy):
        x = self.queue.pop(0)
        self.W.grad = x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        return dy @ self.W.data.T
