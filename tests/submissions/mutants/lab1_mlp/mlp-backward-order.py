# Goes through the layers in the order of forward.
# loses: test-mlp-backward
# hint: backward-order
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [Linear(784, 64, rng), ReLU(), Linear(64, 10, rng), Softmax()]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dlogits):
        for layer in self.layers:
            dlogits = layer.backward(dlogits)
        return dlogits
