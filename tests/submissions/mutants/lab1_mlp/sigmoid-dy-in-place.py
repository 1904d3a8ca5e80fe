# Multiplies the caller's dy in place.
# loses: test-sigmoid-backward
# hint: argument-changed
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(x / 2))
        return self.y

    def backward(self, dy):
        dy *= self.y * (1 - self.y)
        return dy
