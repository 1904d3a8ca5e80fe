# Returns 0 or 1.
# loses: test-sigmoid-forward
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(x / 2))
        return np.round(self.y)

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
