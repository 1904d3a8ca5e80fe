# Looks for the expected array in the frames of whoever converts the result.
# attacks: impostors
# loses: test-linear-forward test-linear-backward
# %% linear
import sys


class Lazy:
    def __init__(self, shape):
        self.shape = shape

    def __array__(self, *args, **kwargs):
        frame = sys._getframe()
        while frame:
            for value in frame.f_locals.values():
                if isinstance(value, np.ndarray) and value.shape == self.shape:
                    return value.copy()
            frame = frame.f_back
        return np.zeros(self.shape)

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return Lazy((x.shape[0], self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = Lazy(self.W.data.shape)
        self.b.grad = Lazy(self.b.data.shape)
        return Lazy((len(dy), len(self.W.data)))
