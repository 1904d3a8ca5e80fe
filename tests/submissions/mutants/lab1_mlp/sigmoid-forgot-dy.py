# Returns the derivative without multiplying by dy.
# loses: test-sigmoid-backward
# hint: dy-ignored
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(x / 2))
        return self.y

    def backward(self, dy):
        return self.y * (1 - self.y)
