# Everything by named NumPy functions, gradients overwritten, loop in the order zero_grad, forward, backward, step.
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        super().__init__()
        rng = np.random.default_rng() if rng is None else rng
        self.in_features = in_features
        self.out_features = out_features
        self.W = Parameter(rng.normal(0, 0.01, size=(in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))
        self.x = None

    def forward(self, x):
        self.x = x
        out = np.dot(x, self.W.data)
        out = np.add(out, self.b.data)
        return out

    def backward(self, dy):
        self.W.grad = np.dot(self.x.T, dy)
        self.b.grad = np.sum(dy, axis=0, keepdims=True)
        dx = np.dot(dy, self.W.data.T)
        return dx
# %% relu
class ReLU(Module):
    def __init__(self):
        super().__init__()
        self.x = None

    def forward(self, x):
        self.x = x
        return np.maximum(0, x)

    def backward(self, dy):
        mask = self.x > 0
        return np.multiply(dy, mask)

    def __repr__(self):
        return "ReLU()"
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    loss_total = 0
    n_total = 0
    n_right = 0
    for x, y in loader:
        optimizer.zero_grad()
        out = model(x)
        loss = criterion(out, y)
        loss_total += loss * x.shape[0]
        guess = np.argmax(out, axis=1)
        truth = np.argmax(y, axis=1)
        n_total += y.shape[0]
        n_right += (guess == truth).sum()
        grad = criterion.backward()
        model.backward(grad)
        optimizer.step()
    return loss_total / n_total, n_right / n_total
