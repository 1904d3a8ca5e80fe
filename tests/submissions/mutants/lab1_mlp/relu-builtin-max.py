# Takes Python's max of an array.
# loses: test-relu-forward test-relu-backward
# hint: not-elementwise
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return max(0, x)

    def backward(self, dy):
        return dy * (self.x > 0)
