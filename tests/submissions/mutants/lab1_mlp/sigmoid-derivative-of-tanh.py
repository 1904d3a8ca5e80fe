# Uses 1 - y squared, the derivative of tanh.
# loses: test-sigmoid-backward
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(x / 2))
        return self.y

    def backward(self, dy):
        return dy * (1 - self.y**2)
