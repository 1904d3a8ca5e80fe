# A list of layers, gone through in reverse.
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        sizes = [784, 128, 64, 10]
        self.layers = []
        for i, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
            self.layers.append(Linear(n_in, n_out, rng))
            self.layers.append(ReLU() if i < len(sizes) - 2 else Softmax())

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dlogits):
        for layer in reversed(self.layers):
            dlogits = layer.backward(dlogits)
        return dlogits
