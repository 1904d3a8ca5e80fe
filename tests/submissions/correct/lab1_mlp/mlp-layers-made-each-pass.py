# Makes ReLUs and the Softmax anew at each forward, keeps the list of the pass for backward.
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.linears = [Linear(784, 100, rng), Linear(100, 10, rng)]

    def forward(self, x):
        self.run = [self.linears[0], ReLU(), self.linears[1], Softmax()]
        for layer in self.run:
            x = layer(x)
        return x

    def backward(self, dlogits):
        for layer in reversed(self.run):
            dlogits = layer.backward(dlogits)
        return dlogits
