# Keeps its own running sums, which zero_grad cannot clear.
# loses: test-linear-backward
# hint: gradient-kept-elsewhere
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
        self.dW = getattr(self, "dW", 0) + self.x.T @ dy
        self.db = getattr(self, "db", 0) + dy.sum(axis=0, keepdims=True)
        self.W.grad, self.b.grad = self.dW, self.db
        return dy @ self.W.data.T
