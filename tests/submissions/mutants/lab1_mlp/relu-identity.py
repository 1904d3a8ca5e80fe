# Returns x itself.
# loses: test-relu-forward
# hint: not-relu
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return x

    def backward(self, dy):
        return dy * (self.x > 0)
