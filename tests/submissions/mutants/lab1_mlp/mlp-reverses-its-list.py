# Reverses its list of layers in place.
# loses: test-mlp-backward
# hint: list-reversed
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [Linear(784, 784, rng), ReLU(), Linear(784, 10, rng), Softmax()]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dlogits):
        self.layers.reverse()
        for layer in self.layers:
            dlogits = layer.backward(dlogits)
        return dlogits
