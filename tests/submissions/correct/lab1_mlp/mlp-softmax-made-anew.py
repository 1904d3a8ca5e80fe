# Fresh Softmax in forward only; linears and ReLUs fixed; backward is the plain loop (the minimal case).
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [Linear(784, 64, rng), ReLU(), Linear(64, 10, rng)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return Softmax()(x)

    def backward(self, dlogits):
        for layer in reversed(self.layers):
            dlogits = layer.backward(dlogits)
        return dlogits
