# Lets every gradient pass.
# loses: test-relu-backward
# hint: mask-ignored
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        return dy
