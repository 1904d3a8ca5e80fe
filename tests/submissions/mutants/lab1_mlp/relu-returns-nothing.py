# Forgot to return the gradient.
# loses: test-relu-backward
# hint: nothing-returned
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        dx = dy * (self.x > 0)
