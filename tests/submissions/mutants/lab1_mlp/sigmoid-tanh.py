# Returns tanh.
# loses: test-sigmoid-forward test-sigmoid-stable test-sigmoid-backward
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
