# Keeps the mask of the first forward for ever.
# loses: test-relu-backward
# hint: stale-cache
# %% relu
class ReLU(Module):
    def forward(self, x):
        if not hasattr(self, "x"):
            self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        return dy * (self.x > 0)
