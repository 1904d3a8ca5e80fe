# The derivative has the wrong sign.
# loses: test-sigmoid-backward
# hint: sign-flipped
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(x / 2))
        return self.y

    def backward(self, dy):
        return dy * self.y * (self.y - 1)
