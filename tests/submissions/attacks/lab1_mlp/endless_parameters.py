# parameters() never ends.
# attacks: impostors
# loses: test-mlp-backward
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.W = Parameter(np.zeros((784, 10)))

    def forward(self, x):
        return np.full((len(x), 10), 0.1)

    def backward(self, dlogits):
        return np.zeros((len(dlogits), 784))

    def parameters(self):
        while True:
            yield self.W
