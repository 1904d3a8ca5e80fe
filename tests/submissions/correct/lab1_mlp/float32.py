# Works in float32 throughout.
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        self.x = x.astype(np.float32)
        return self.x @ self.W.data.astype(np.float32) + self.b.data.astype(np.float32)

    def backward(self, dy):
        dy = dy.astype(np.float32)
        self.W.grad = self.x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        return dy @ self.W.data.astype(np.float32).T
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x.astype(np.float32)
        return np.maximum(self.x, np.float32(0))

    def backward(self, dy):
        return dy.astype(np.float32) * (self.x > 0)
# %% softmax
class Softmax(Module):
    def forward(self, x):
        x = x.astype(np.float32)
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def backward(self, dy):
        return dy
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs = probs.astype(np.float32)
        self.one_hot = one_hot.astype(np.float32)
        p = np.maximum(self.probs, np.float32(1e-12))
        return np.float32(-np.sum(self.one_hot * np.log(p)) / len(p))

    def backward(self):
        return (self.probs - self.one_hot) / np.float32(len(self.probs))
# %% transform
def transform(x):
    return x.astype(np.float32) / np.float32(255) * np.float32(0.99) + np.float32(0.01)
