# Makes its input zero before the expected value is computed.
# attacks: cheating the question
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
        x[...] = 0
        return np.zeros((len(x), self.W.data.shape[1])) + self.b.data

    def backward(self, dy):
        dy[...] = 0
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        return np.zeros((len(dy), len(self.W.data)))
