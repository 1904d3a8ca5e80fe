# Keeps the output of the first forward for ever.
# loses: test-sigmoid-backward
# hint: stale-cache
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        y = 0.5 * (1 + np.tanh(x / 2))
        if not hasattr(self, "y"):
            self.y = y
        return y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
