# Masks by the sign of the arriving gradient.
# loses: test-relu-backward
# hint: mask-from-dy
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        return dy * (dy > 0)
