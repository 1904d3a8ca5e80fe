# Keeps the negative part instead of the positive one.
# loses: test-relu-forward
# hint: not-relu
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.minimum(x, 0)

    def backward(self, dy):
        return dy * (self.x > 0)
