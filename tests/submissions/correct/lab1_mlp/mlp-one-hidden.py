# One hidden layer; layers called by forward, softmax skipped on the way back.
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.hidden = Linear(784, 128, rng)
        self.relu = ReLU()
        self.out = Linear(128, 10, rng)
        self.softmax = Softmax()

    def forward(self, x):
        h = self.hidden.forward(x)
        h = self.relu.forward(h)
        logits = self.out.forward(h)
        return self.softmax.forward(logits)

    def backward(self, dlogits):
        dh = self.out.backward(dlogits)
        dh = self.relu.backward(dh)
        return self.hidden.backward(dh)
