# Takes a function that NumPy lacks.
# loses: test-relu-forward test-relu-backward
# hint: attribute-unknown
# %% relu
class ReLU(Module):
    """The rectifier, ``max(0, x)``, elementwise."""

    def forward(self, x):
        """Map x (N, D) to y (N, D)."""
        self.positive = x > 0
        return np.relu(x)

    def backward(self, dy):
        """Map dy (N, D) to dx (N, D): it passes where the input was positive."""
        return dy * self.positive
