# Adds to the gradient when there is one, starts it when it is None.
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        self.x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy):
        dW = self.x.T @ dy
        db = dy.sum(axis=0, keepdims=True)
        self.W.grad = dW if self.W.grad is None else self.W.grad + dW
        self.b.grad = db if self.b.grad is None else self.b.grad + db
        return dy @ self.W.data.T
