# Forgot the minus sign in the exponent.
# loses: test-sigmoid-forward test-sigmoid-stable
# hint: sign-flipped
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 - np.tanh(x / 2))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
