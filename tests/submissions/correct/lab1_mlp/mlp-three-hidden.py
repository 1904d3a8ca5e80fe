# Three hidden layers, in the positional style.
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        super().__init__()
        self.fc1 = Linear(784, 256, rng)
        self.relu1 = ReLU()
        self.fc2 = Linear(256, 128, rng)
        self.relu2 = ReLU()
        self.fc3 = Linear(128, 64, rng)
        self.relu3 = ReLU()
        self.fc4 = Linear(64, 10, rng)
        self.softmax = Softmax()

    def forward(self, x):
        x = self.relu1(self.fc1(x))
        x = self.relu2(self.fc2(x))
        x = self.relu3(self.fc3(x))
        return self.softmax(self.fc4(x))

    def backward(self, dlogits):
        d = self.softmax.backward(dlogits)
        d = self.relu3.backward(self.fc4.backward(d))
        d = self.relu2.backward(self.fc3.backward(d))
        d = self.relu1.backward(self.fc2.backward(d))
        return self.fc1.backward(d)
