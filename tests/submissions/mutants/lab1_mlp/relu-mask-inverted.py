# Lets the gradient pass where the input was negative.
# loses: test-relu-backward
# hint: mask-inverted
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        dx = dy.copy()
        dx[self.x > 0] = 0
        return dx
