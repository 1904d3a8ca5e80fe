# Zeroes the negative gradients: the mask of the wrong array.
# loses: test-relu-backward
# hint: mask-from-dy
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        dx = dy.copy()
        dx[dx < 0] = 0
        return dx
