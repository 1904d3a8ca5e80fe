# Returns answers learned by heart from the shapes.
# attacks: cheating the question
# loses: test-linear-forward test-linear-backward
# %% linear
class Linear(Module):
    answers = {}

    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng(0)
        self.W = Parameter(0.01 * rng.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        key = (x.shape, self.W.data.shape)
        rng = np.random.default_rng(len(self.answers))
        return self.answers.setdefault(key, rng.random((len(x), key[1][1])))

    def backward(self, dy):
        self.W.grad = np.sign(self.W.data)
        self.b.grad = dy[:1]
        return np.sign(self.x)
