# A straight line clipped to 0..1.
# loses: test-sigmoid-forward
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(x / 2))
        return np.clip(0.2 * x + 0.5, 0, 1)

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
