# A sigmoid at the end instead of softmax.
# loses: test-mlp-forward
# hint: softmax-missing
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.fc1 = Linear(784, 128, rng)
        self.relu1 = ReLU()
        self.fc2 = Linear(128, 64, rng)
        self.relu2 = ReLU()
        self.fc3 = Linear(64, 10, rng)
        self.out = Sigmoid()

    def forward(self, x):
        x = self.relu1(self.fc1(x))
        x = self.relu2(self.fc2(x))
        return self.out(self.fc3(x))

    def backward(self, dlogits):
        d = dlogits
        d = self.fc3.backward(d)
        d = self.relu2.backward(d)
        d = self.fc2.backward(d)
        d = self.relu1.backward(d)
        return self.fc1.backward(d)
