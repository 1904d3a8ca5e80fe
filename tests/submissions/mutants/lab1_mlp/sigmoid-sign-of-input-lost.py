# Uses exp(-|x|) in the formula and forgets the other form for negative inputs.
# loses: test-sigmoid-forward test-sigmoid-stable
# hint: sign-of-input-lost
# %% sigmoid
class Sigmoid(Module):
    """The logistic function, ``1 / (1 + exp(-x))``, elementwise."""

    def forward(self, x):
        """Map x (N, D) to y (N, D), between 0 and 1, without overflow."""
        self.y = 1 / (1 + np.exp(-np.abs(x)))
        return self.y

    def backward(self, dy):
        """Map dy (N, D) to dx (N, D)."""
        return dy * self.y * (1 - self.y)
