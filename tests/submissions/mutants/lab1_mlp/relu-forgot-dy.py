# Returns the derivative without multiplying by dy.
# loses: test-relu-backward
# hint: dy-ignored
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        return (self.x > 0).astype(float)
