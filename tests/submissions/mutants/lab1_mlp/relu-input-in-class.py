# Keeps x in the class, so that all ReLUs share it.
# loses: test-relu-backward
# hint: state-shared
# %% relu
class ReLU(Module):
    def forward(self, x):
        ReLU.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        return dy * (self.x > 0)
