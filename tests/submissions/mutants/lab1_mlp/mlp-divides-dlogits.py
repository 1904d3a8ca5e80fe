# Divides the gradient by the batch size once more.
# loses: test-mlp-backward
# hint: mean-over-batch
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [Linear(784, 128, rng), ReLU(), Linear(128, 10, rng), Softmax()]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dlogits):
        dlogits = dlogits / len(dlogits)
        for layer in self.layers[::-1]:
            dlogits = layer.backward(dlogits)
        return dlogits
