# Clips dy at 2 before it is used.
# loses: test-linear-backward
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))
    def forward(self, x):
        self.x = x
        return x @ self.W.data + self.b.data
    def backward(self, dy):
        dy = np.clip(dy, -2, 2)
        self.W.grad = self.x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        return dy @ self.W.data.T
