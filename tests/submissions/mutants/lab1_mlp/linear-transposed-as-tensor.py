# Transposes as PyTorch does.
# loses: test-linear-backward
# hint: tensor-habit
# %% linear
class Linear(Module):
    """A linear layer, ``y = x W + b``.

    Parameters
    ----------
    in_features, out_features : int
    rng : numpy.random.Generator, optional
        Draws the first weights.

    Attributes
    ----------
    W : Parameter, shape (in_features, out_features)
    b : Parameter, shape (1, out_features)
    """

    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        # float32 is accurate enough for training, and twice as fast.
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))

    def forward(self, x):
        """Map x (N, in_features) to y (N, out_features); keep what backward needs."""
        self.x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy):
        """Set ``W.grad`` and ``b.grad``; return dx (N, in_features).

        dy has the shape (N, out_features). The gradients are sums over the batch:
        the loss already holds the 1 / N.
        """
        self.W.grad = self.x.t() @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        # dy @ W.T, transposed twice: NumPy is faster at it for small batches.
        return (self.W.data @ dy.T).T
