# One hidden layer with a sigmoid.
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.fc1 = Linear(784, 100, rng=rng)
        self.act = Sigmoid()
        self.fc2 = Linear(100, 10, rng=rng)
        self.softmax = Softmax()

    def forward(self, x):
        self.z1 = self.fc1(x)
        self.a1 = self.act(self.z1)
        self.z2 = self.fc2(self.a1)
        return self.softmax(self.z2)

    def backward(self, dlogits):
        d = self.softmax.backward(dlogits)
        d = self.fc2.backward(d)
        d = self.act.backward(d)
        d = self.fc1.backward(d)
        return d
