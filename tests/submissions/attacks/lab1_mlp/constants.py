# Returns constants, which are stable and have known gradients.
# attacks: cheating the question
# loses: test-sigmoid-forward test-sigmoid-stable test-sigmoid-backward test-softmax-forward test-softmax-stable test-cross-entropy-forward test-cross-entropy-stable test-mlp-forward test-mlp-backward
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        return np.where(abs(x) > 100, x > 0, 0.5)

    def backward(self, dy):
        return 0.25 * dy

# %% softmax
class Softmax(Module):
    def forward(self, x):
        return np.full(x.shape, 1 / x.shape[1])

# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        return 100.0

# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.layers = [Parameter(np.zeros((3, 3))) for _ in range(4)]

    def forward(self, x):
        return np.tile(np.arange(1, 11) / 55, (len(x), 1))

    def backward(self, dlogits):
        for layer in self.layers:
            layer.grad = np.zeros((3, 3))
        return np.zeros((len(dlogits), 784))
