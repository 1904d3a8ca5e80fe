# Moves the parameters in backward.
# loses: test-mlp-backward
# hint: parameters-changed
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [Linear(784, 128, rng), ReLU(), Linear(128, 10, rng), Softmax()]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dlogits):
        for layer in self.layers[::-1]:
            dlogits = layer.backward(dlogits)
        for p in self.parameters():
            p.data = p.data - 0.1 * p.grad
        return dlogits
