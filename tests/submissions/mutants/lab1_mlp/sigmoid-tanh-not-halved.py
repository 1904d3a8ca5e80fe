# Built it from tanh(x) where it should be tanh(x / 2).
# loses: test-sigmoid-forward test-sigmoid-backward
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 0.5 * (1 + np.tanh(x))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
