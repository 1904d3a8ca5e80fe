# Stores a copy of the transposed weights in the constructor to save time in backward.
# loses: test-linear-backward
# hint: stale-weights
# %% linear
class Linear(Module):
    """A linear layer, ``y = x W + b``."""

    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        # float32 is accurate enough for training, and twice as fast.
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))
        self.W_T = np.ascontiguousarray(self.W.data.T)

    def forward(self, x):
        """Map x (N, in_features) to y (N, out_features); keep what backward needs."""
        self.x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy):
        """Set ``W.grad`` and ``b.grad``; return dx (N, in_features)."""
        self.W.grad = self.x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        return dy @ self.W_T
