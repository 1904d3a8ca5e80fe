# Takes np.max for np.maximum, so that the 0 is read as an axis.
# loses: test-relu-forward
# hint: not-elementwise
# %% relu
class ReLU(Module):
    """The rectifier, ``max(0, x)``, elementwise."""

    def forward(self, x):
        """Map x (N, D) to y (N, D)."""
        self.x = x
        return np.max(x, 0)

    def backward(self, dy):
        """Map dy (N, D) to dx (N, D): it passes where the input was positive."""
        return dy * (self.x > 0)
