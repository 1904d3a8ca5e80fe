# An activation before the first linear layer.
# loses: test-mlp-forward
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [ReLU(), Linear(784, 512, rng), ReLU(), Linear(512, 64, rng), ReLU(), Linear(64, 10, rng), Softmax()]
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
    def backward(self, dlogits):
        for layer in reversed(self.layers):
            dlogits = layer.backward(dlogits)
        return dlogits
