# y >= 0 always holds, so every gradient passes.
# loses: test-relu-backward
# hint: mask-ignored
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, dy):
        return dy * (self.y >= 0)
