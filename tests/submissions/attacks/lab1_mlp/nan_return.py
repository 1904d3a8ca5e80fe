# Returns nan, which no comparison is true or false of.
# attacks: impostors
# loses: test-linear-forward test-linear-backward
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return np.full((x.shape[0], self.W.data.shape[1]), np.nan)

    def backward(self, dy):
        self.W.grad = np.full_like(self.W.data, np.nan)
        self.b.grad = np.full_like(self.b.data, np.nan)
        return np.full((len(dy), len(self.W.data)), np.nan)
