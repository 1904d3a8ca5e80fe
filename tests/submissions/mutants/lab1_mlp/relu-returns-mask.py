# Returns which entries are positive instead of their values.
# loses: test-relu-forward
# hint: not-relu
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return (x > 0).astype(float)

    def backward(self, dy):
        return dy * (self.x > 0)
