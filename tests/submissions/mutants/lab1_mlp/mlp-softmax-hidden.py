# Uses Softmax as the activation of the hidden layer.
# loses: test-mlp-forward
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [Linear(784, 128, rng), Softmax(), Linear(128, 10, rng), Softmax()]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dlogits):
        for layer in self.layers[::-1]:
            dlogits = layer.backward(dlogits)
        return dlogits
