# Passes what is above 0.1.
# loses: test-relu-forward test-relu-backward
# hint: not-relu
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.mask = x > 0.1
        return x * self.mask
    def backward(self, dy):
        return dy * self.mask
