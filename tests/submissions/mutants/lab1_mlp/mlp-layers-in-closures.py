# Keeps its layers where parameters() does not look.
# loses: test-mlp-backward
# hint: parameters-hidden
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        fc1, relu, fc2, softmax = Linear(784, 64, rng), ReLU(), Linear(64, 10, rng), Softmax()
        self.run = lambda x: softmax(fc2(relu(fc1(x))))
        self.back = lambda d: fc1.backward(relu.backward(fc2.backward(d)))

    def forward(self, x):
        return self.run(x)

    def backward(self, dlogits):
        return self.back(dlogits)
