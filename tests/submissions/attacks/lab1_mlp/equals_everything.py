# Returns an array that says it equals whatever it is compared with.
# attacks: impostors
# loses: test-linear-forward test-linear-backward
# %% linear
class Equal(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __sub__(self, other):
        return np.zeros(self.shape)

    __rsub__ = __sub__

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return np.zeros((x.shape[0], self.W.data.shape[1])).view(Equal)

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data).view(Equal)
        self.b.grad = np.zeros_like(self.b.data).view(Equal)
        return np.zeros((len(dy), len(self.W.data))).view(Equal)
