# No activation at all: the layers collapse into one.
# loses: test-mlp-forward
# hint: activation-missing
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.fc1 = Linear(784, 128, rng)
        self.fc2 = Linear(128, 64, rng)
        self.fc3 = Linear(64, 10, rng)
        self.softmax = Softmax()

    def forward(self, x):
        x = self.fc1(x)
        x = self.fc2(x)
        return self.softmax(self.fc3(x))

    def backward(self, dlogits):
        d = self.softmax.backward(dlogits)
        d = self.fc3.backward(d)
        d = self.fc2.backward(d)
        return self.fc1.backward(d)
