# Puts the input into the formula that wants the output.
# loses: test-sigmoid-backward
# hint: sigmoid-slope
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.x = x
        self.y = 0.5 * (1 + np.tanh(x / 2))
        return self.y

    def backward(self, dy):
        return dy * self.x * (1 - self.x)
