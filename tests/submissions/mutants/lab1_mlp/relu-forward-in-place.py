# Zeroes the negative entries of the caller's array.
# loses: test-relu-forward
# hint: argument-changed
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        x[x < 0] = 0
        return x

    def backward(self, dy):
        return dy * (self.x > 0)
