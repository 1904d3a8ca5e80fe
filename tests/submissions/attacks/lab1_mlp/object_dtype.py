# Returns an array of objects that compare equal to everything.
# attacks: impostors
# loses: test-linear-forward test-linear-backward
# %% linear
class Equal:
    def __eq__(self, other):
        return True

    def __float__(self):
        return 0.0

    def __sub__(self, other):
        return 0.0

    __rsub__ = __mul__ = __add__ = __sub__

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return np.full((x.shape[0], self.W.data.shape[1]), Equal(), dtype=object)

    def backward(self, dy):
        self.W.grad = np.full(self.W.data.shape, Equal(), dtype=object)
        self.b.grad = np.full(self.b.data.shape, Equal(), dtype=object)
        return np.full((len(dy), len(self.W.data)), Equal(), dtype=object)
