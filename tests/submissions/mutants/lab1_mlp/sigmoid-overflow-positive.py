# exp(x) / (1 + exp(x)) gives nan at +1000.
# loses: test-sigmoid-stable
# hint: overflow
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        self.y = np.exp(x) / (1 + np.exp(x))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
