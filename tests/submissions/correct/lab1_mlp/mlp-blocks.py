# A helper class of its own: a block of a layer and its activation.
# %% mlp
class Block(Module):
    def __init__(self, n_in, n_out, rng):
        self.linear = Linear(n_in, n_out, rng)
        self.activation = ReLU()

    def forward(self, x):
        return self.activation(self.linear(x))

    def backward(self, dy):
        return self.linear.backward(self.activation.backward(dy))


class Sequential(Module):
    def __init__(self, *steps):
        self.steps = steps

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x

    def backward(self, dy):
        for step in self.steps[::-1]:
            dy = step.backward(dy)
        return dy


class MLP(Module):
    def __init__(self, rng=None):
        self.body = Sequential(Block(784, 64, rng), Block(64, 32, rng), Linear(32, 10, rng))
        self.softmax = Softmax()

    def forward(self, x):
        return self.softmax(self.body(x))

    def backward(self, dlogits):
        return self.body.backward(dlogits)
