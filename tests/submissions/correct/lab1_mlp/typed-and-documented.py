# Type hints, docstrings and assertions everywhere.
# %% linear
class Linear(Module):
    """A fully connected layer."""

    W: Parameter
    b: Parameter

    def __init__(
        self, in_features: int, out_features: int, rng: np.random.Generator | None = None
    ) -> None:
        if rng is None:
            rng = np.random.default_rng()
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W.astype(np.float32))
        self.b = Parameter(np.zeros((1, out_features), dtype=np.float32))
        self._x: np.ndarray | None = None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x W + b."""
        assert x.ndim == 2, f"expected a batch, got {x.shape}"
        assert x.shape[1] == self.W.data.shape[0]
        self._x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Fill the gradients, return dx."""
        assert self._x is not None, "forward first"
        assert dy.shape == (len(self._x), self.b.data.shape[1])
        self.W.grad = self._x.T @ dy
        self.b.grad = dy.sum(axis=0, keepdims=True)
        dx = dy @ self.W.data.T
        assert dx.shape == self._x.shape
        return dx

    def __repr__(self) -> str:
        return f"Linear{self.W.data.shape}"
# %% transform
def transform(x: np.ndarray) -> np.ndarray:
    """Map 0..255 to 0.01..1."""
    scaled: np.ndarray = np.asarray(x, dtype=np.float64) / 255.0
    return scaled * 0.99 + 0.01
# %% dataset-split
from typing import Any


def split_dataset(
    dataset: Any, split_ratio: float, rng: np.random.Generator
) -> tuple[Subset, Subset]:
    """Split into training and validation samples."""
    assert 0 <= split_ratio <= 1
    n_valid: int = int(np.floor(split_ratio * len(dataset)))
    indices: list[int] = rng.permutation(len(dataset)).tolist()
    return Subset(dataset, indices[n_valid:]), Subset(dataset, indices[:n_valid])
