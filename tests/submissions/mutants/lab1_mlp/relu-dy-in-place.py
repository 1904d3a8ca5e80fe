# Zeroes entries of the caller's dy.
# loses: test-relu-backward
# hint: argument-changed
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        dy[self.x <= 0] = 0
        return dy
