# The most natural short form: return Softmax()(x), backward passes through the rest.
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [Linear(784, 512, rng), ReLU(), Linear(512, 64, rng), ReLU(), Linear(64, 10, rng)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return Softmax()(x)

    def backward(self, dlogits):
        dy = Softmax().backward(dlogits)
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy
