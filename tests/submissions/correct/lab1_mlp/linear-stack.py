# Keeps the inputs on a stack: backward takes the latest.
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))
        self.stack = []
    def forward(self, x):
        self.stack.append(x)
        return x @ self.W.data + self.b.data
    def backward(self, dy):
        x = self.stack.pop()
        self.W.grad = x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        return dy @ self.W.data.T
