# Forward too uses the arrays of the first forward: stale after a step that assigns data anew.
# loses: test-linear-backward test-linear-forward
# hint: stale-weights
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        if not hasattr(self, "both"):
            self.both = self.W.data.copy(), self.b.data.copy()
        self.x = x
        return x @ self.both[0] + self.both[1]

    def backward(self, dy):
        self.W.grad = self.x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        return dy @ self.both[0].T
