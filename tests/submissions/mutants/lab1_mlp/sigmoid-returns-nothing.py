# Forgot to return the gradient.
# loses: test-sigmoid-backward
# hint: nothing-returned
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(x / 2))
        return self.y

    def backward(self, dy):
        dx = dy * self.y * (1 - self.y)
