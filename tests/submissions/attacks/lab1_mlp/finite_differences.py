# Takes differences of forward, entry by entry: exact, and too slow for a large layer.
# attacks: cheating the question
# loses: test-linear-backward
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = Parameter(0.01 * rng.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy):
        def slope(array):
            found = np.zeros_like(array)
            before = (dy * self.forward(self.x)).sum()
            for index in np.ndindex(array.shape):
                array[index] += 1
                found[index] = (dy * self.forward(self.x)).sum() - before
                array[index] -= 1
            return found

        self.x = self.x.copy()
        self.W.grad, self.b.grad = slope(self.W.data), slope(self.b.data)
        return slope(self.x)
