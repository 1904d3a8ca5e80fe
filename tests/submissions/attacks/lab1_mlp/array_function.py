# Overrides __array_function__ and __array_ufunc__, so that every comparison holds.
# attacks: impostors
# loses: test-linear-forward test-linear-backward
# %% linear
class Agreeable:
    def __init__(self, array):
        self.array, self.shape, self.dtype = array, array.shape, array.dtype

    def __array_function__(self, function, types, args, kwargs):
        return True if "close" in function.__name__ else np.zeros(self.shape)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape)

    def __array__(self, *args, **kwargs):
        return self.array

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return Agreeable(np.zeros((x.shape[0], self.W.data.shape[1])))

    def backward(self, dy):
        self.W.grad = Agreeable(self.W.data)
        self.b.grad = Agreeable(self.b.data)
        return Agreeable(np.zeros((len(dy), len(self.W.data))))
