# Caps the output at 1.
# loses: test-relu-forward
# hint: not-relu
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.clip(x, 0, 1)

    def backward(self, dy):
        return dy * (self.x > 0)
