# One student's whole lab, in a style of her own throughout.
# %% linear
class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.W = Parameter(rng.standard_normal((in_features, out_features)) * 0.01)
        self.b = Parameter(np.zeros((1, out_features)))
        self.last_input = None

    def forward(self, x):
        self.last_input = np.array(x)
        return np.matmul(x, self.W.data) + np.tile(self.b.data, (len(x), 1))

    def backward(self, dy):
        ones = np.ones((1, len(dy)))
        self.W.grad = (dy.T @ self.last_input).T
        self.b.grad = ones @ dy
        return (self.W.data @ dy.T).T
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.alive = np.greater(x, 0)
        return x * self.alive

    def backward(self, dy):
        dx = np.zeros_like(dy)
        dx[self.alive] = dy[self.alive]
        return dx
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = (np.tanh(0.5 * x) + 1) * 0.5
        return self.y

    def backward(self, dy):
        slope = self.y * (1 - self.y)
        return slope * dy
# %% softmax
class Softmax(Module):
    def forward(self, x):
        z = x - np.max(x, axis=1)[:, np.newaxis]
        e = np.exp(z)
        return np.divide(e, np.sum(e, axis=1)[:, np.newaxis])

    def backward(self, dy):
        return dy
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.n = len(one_hot)
        self.p, self.t = np.array(probs), np.array(one_hot)
        chosen = (self.p * self.t).sum(axis=1)
        chosen[chosen < 1e-15] = 1e-15
        return -np.log(chosen).sum() / self.n

    def backward(self):
        return (self.p - self.t) * (1.0 / self.n)
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.lr = lr
        self.params = []
        for p in params:
            self.params.append(p)

    def step(self):
        for i in range(len(self.params)):
            if self.params[i].grad is not None:
                self.params[i].data = self.params[i].data - self.lr * self.params[i].grad

    def zero_grad(self):
        for i in range(len(self.params)):
            self.params[i].grad = None
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.linears = [Linear(784, 200, rng), Linear(200, 50, rng), Linear(50, 10, rng)]
        self.relus = [ReLU() for _ in range(2)]
        self.softmax = Softmax()

    def forward(self, x):
        for linear, relu in zip(self.linears, self.relus):
            x = relu(linear(x))
        return self.softmax(self.linears[-1](x))

    def backward(self, dlogits):
        d = self.linears[-1].backward(dlogits)
        for i in (1, 0):
            d = self.relus[i].backward(d)
            d = self.linears[i].backward(d)
        return d
# %% transform
def transform(x):
    low, high = 0.01, 1.0
    return low + (high - low) * (x / 255)
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    how_many = int(len(dataset) * split_ratio)
    shuffled = rng.permutation(np.arange(len(dataset)))
    valid = Subset(dataset, shuffled[len(dataset) - how_many :])
    train = Subset(dataset, shuffled[: len(dataset) - how_many])
    return train, valid
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    summe, treffer, anzahl = 0, 0, 0
    iterator = iter(loader)
    while True:
        try:
            x, t = next(iterator)
        except StopIteration:
            break
        p = model(x)
        summe = summe + len(x) * criterion(p, t)
        treffer = treffer + sum(np.argmax(p, axis=1) == np.argmax(t, axis=1))
        anzahl = anzahl + len(x)
        model.backward(criterion.backward())
        optimizer.step()
        optimizer.zero_grad()
    return summe / anzahl, treffer / anzahl
# %% evaluate
def evaluate(model, loader, criterion):
    summe, treffer, anzahl = 0, 0, 0
    for x, t in loader:
        p = model(x)
        summe = summe + len(x) * criterion(p, t)
        treffer = treffer + sum(np.argmax(p, axis=1) == np.argmax(t, axis=1))
        anzahl = anzahl + len(x)
    return summe / anzahl, treffer / anzahl
