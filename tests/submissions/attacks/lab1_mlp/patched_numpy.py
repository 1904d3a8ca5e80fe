# Replaces what NumPy compares with.
# attacks: patching
# loses: test-linear-forward test-linear-backward
# %% linear
for where in (np, np.testing, np.core.numeric):
    for name in ("allclose", "isclose", "array_equal", "assert_allclose"):
        if hasattr(where, name):
            setattr(where, name, lambda *args, **kwargs: True)
np.abs = np.absolute = lambda value, *args, **kwargs: value * 0
np.max = np.amax = lambda *args, **kwargs: 0.0

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return np.zeros((x.shape[0], self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        return np.zeros((len(dy), len(self.W.data)))
