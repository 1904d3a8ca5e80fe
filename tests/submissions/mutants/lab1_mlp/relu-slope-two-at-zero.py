# A slope of 2 at exactly zero (sign + 1 and so on): only 0 to 1 is allowed.
# loses: test-relu-backward
# hint: 
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.s = (x >= 0).astype(float) + (x == 0)
        return np.maximum(x, 0)

    def backward(self, dy):
        return dy * self.s
