# Calls PyTorch's methods on NumPy's arrays.
# loses: test-softmax-forward test-softmax-stable
# hint: tensor-habit
# %% softmax
class Softmax(Module):
    """Softmax along the last axis, fused with `CrossEntropyLoss`."""

    def forward(self, x):
        """Map logits (N, C) to probs (N, C); each row sums to 1."""
        exp = (x - x.max(axis=-1, keepdims=True)).exp()
        return exp / exp.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        """Return dy: the loss has already taken the gradient to the logits."""
        return dy
