# Uses * for the matrix product.
# loses: test-linear-backward test-linear-forward
# hint: elementwise-product
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        # float32 is accurate enough for training, and twice as fast.
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        self.x = x
        return x * self.W.data + self.b.data

    def backward(self, dy):
        self.W.grad = self.x * dy
        self.b.grad = dy.sum(0, keepdims=True)
        return dy * self.W.data
