# Takes the absolute value.
# loses: test-relu-forward
# hint: not-relu
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.abs(x)

    def backward(self, dy):
        return dy * (self.x > 0)
