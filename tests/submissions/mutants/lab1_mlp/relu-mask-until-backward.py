# Makes no new mask until backward has used the old one.
# loses: test-relu-backward
# hint: stale-cache
# %% relu
class ReLU(Module):
    def __init__(self):
        self.mask = None
    def forward(self, x):
        if self.mask is None:
            self.mask = x > 0
        return np.maximum(0, x)
    def backward(self, dy):
        dx, self.mask = dy * self.mask, None
        return dx
