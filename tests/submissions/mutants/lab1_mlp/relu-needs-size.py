# Demands the number of features when constructed.
# loses: test-relu-forward test-relu-backward
# hint: arguments-wrong
# %% relu
class ReLU(Module):
    def __init__(self, features):
        self.features = features

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        return dy * (self.x > 0)
