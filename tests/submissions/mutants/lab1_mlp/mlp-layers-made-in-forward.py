# Makes new layers at every forward pass.
# loses: test-mlp-backward
# hint: parameters-hidden
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.rng = rng

    def forward(self, x):
        self.layers = [Linear(784, 64, self.rng), ReLU(), Linear(64, 10, self.rng), Softmax()]
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dlogits):
        for layer in self.layers[::-1]:
            dlogits = layer.backward(dlogits)
        return dlogits
