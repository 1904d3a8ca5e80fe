# Scales the first weights anew, by the number of inputs.
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.layers = [Linear(784, 256, rng), ReLU(), Linear(256, 10, rng), Softmax()]
        for layer in self.layers:
            if isinstance(layer, Linear):
                fan_in = layer.W.data.shape[0]
                layer.W.data = layer.W.data * (np.sqrt(2.0 / fan_in) / 0.01)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dlogits):
        for layer in reversed(self.layers):
            dlogits = layer.backward(dlogits)
        return dlogits
