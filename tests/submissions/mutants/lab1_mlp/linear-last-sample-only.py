# Loops over the batch and overwrites instead of adding.
# loses: test-linear-backward
# hint: last-sample-only
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
        for x_i, dy_i in zip(self.x, dy):
            self.W.grad = np.outer(x_i, dy_i)
            self.b.grad = dy_i[None]
        return dy @ self.W.data.T
