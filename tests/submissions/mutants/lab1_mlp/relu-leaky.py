# Wrote a leaky ReLU.
# loses: test-relu-forward test-relu-backward
# hint: not-relu
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0.01 * x)

    def backward(self, dy):
        return np.where(self.x > 0, dy, 0.01 * dy)
