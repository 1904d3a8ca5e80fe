# A base class of its own, layers found by getattr, defined in another order than used.
# %% mlp
class Chain(Module):
    order = ()

    def forward(self, x):
        for name in self.order:
            x = getattr(self, name).forward(x)
        return x

    def backward(self, dy):
        for name in reversed(self.order):
            dy = getattr(self, name).backward(dy)
        return dy


class MLP(Chain):
    order = ("fc1", "relu1", "fc2", "relu2", "fc3", "softmax")

    def __init__(self, rng=None):
        self.fc1 = Linear(784, 128, rng)
        self.fc2 = Linear(128, 32, rng)
        self.fc3 = Linear(32, 10, rng)
        self.relu1, self.relu2 = ReLU(), ReLU()
        self.softmax = Softmax()
