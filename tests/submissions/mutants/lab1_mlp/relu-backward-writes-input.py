# Turns the stored input into the mask, in place.
# loses: test-relu-backward
# hint: argument-changed
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(0, x)
    def backward(self, dy):
        self.x[self.x <= 0] = 0
        self.x[self.x > 0] = 1
        return dy * self.x
