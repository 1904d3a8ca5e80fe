# A dict of layers and functools.reduce.
# %% mlp
from functools import reduce


class MLP(Module):
    def __init__(self, rng=None):
        self.layers = {
            "hidden": Linear(784, 96, rng),
            "relu": ReLU(),
            "out": Linear(96, 10, rng),
            "softmax": Softmax(),
        }

    def forward(self, x):
        return reduce(lambda value, name: self.layers[name](value), self.layers, x)

    def backward(self, dlogits):
        for name in list(self.layers)[::-1]:
            dlogits = self.layers[name].backward(dlogits)
        return dlogits
