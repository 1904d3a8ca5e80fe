# Clips its input in place, which shows at large numbers only.
# loses: test-sigmoid-forward
# hint: argument-changed
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        x[x < -700] = -700
        self.y = 1 / (1 + np.exp(-x))
        return self.y
    def backward(self, dy):
        return dy * self.y * (1 - self.y)
