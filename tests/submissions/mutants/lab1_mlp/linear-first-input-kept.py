# Caches x only on the first call: from the second batch on, W.grad belongs to an old input.
# loses: test-linear-backward
# hint: stale-cache
# %% linear
class Linear(Module):
    """A linear layer, ``y = x W + b``."""

    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        # float32 is accurate enough for training, and twice as fast.
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))
        self.x = None

    def forward(self, x):
        if self.x is None or self.x.shape != x.shape:
            self.x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy):
        self.W.grad = self.x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        return dy @ self.W.data.T
