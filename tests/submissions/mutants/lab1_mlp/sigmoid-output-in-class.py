# Keeps y in the class, so that all sigmoids share it.
# loses: test-sigmoid-backward
# hint: state-shared
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        Sigmoid.y = 0.5 * (1 + np.tanh(x / 2))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
