# Plain Python loops over the batch, adding one sample's gradient after the other.
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        self.x = x
        rows = []
        for sample in x:
            rows.append(sample @ self.W.data + self.b.data[0])
        return np.array(rows)

    def backward(self, dy):
        dW = np.zeros(self.W.data.shape)
        db = np.zeros(self.b.data.shape)
        dx = np.zeros(self.x.shape)
        for i in range(len(dy)):
            dW += np.outer(self.x[i], dy[i])
            db += dy[i]
            dx[i] = self.W.data @ dy[i]
        self.W.grad, self.b.grad = dW, db
        return dx
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs = probs
        self.one_hot = one_hot
        total = 0.0
        for p, y in zip(probs, one_hot):
            total -= np.log(max(p[int(np.argmax(y))], 1e-10))
        return total / len(probs)

    def backward(self):
        grad = np.zeros(self.probs.shape)
        for i in range(len(grad)):
            grad[i] = (self.probs[i] - self.one_hot[i]) / len(grad)
        return grad
# %% evaluate
def evaluate(model, loader, criterion):
    loss_total = 0.0
    right = 0
    seen = 0
    for x, y in loader:
        probs = model(x)
        loss_total += criterion(probs, y) * len(x)
        for p, t in zip(probs, y):
            if np.argmax(p) == np.argmax(t):
                right += 1
            seen += 1
    return loss_total / seen, right / seen
