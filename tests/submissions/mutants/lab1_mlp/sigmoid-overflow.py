# The formula as written: exp overflows at -1000.
# loses: test-sigmoid-stable
# hint: overflow
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
