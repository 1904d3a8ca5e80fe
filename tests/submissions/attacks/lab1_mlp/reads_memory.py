# Looks through frames, the garbage collector and history for tests and checks.
# attacks: theft
# loses: test-linear-forward test-linear-backward
# %% linear
import gc
import sys


def search():
    frame = sys._getframe()
    while frame:
        for name in ("expected", "parameters_expected", "_linear_gradients", "rng"):
            if name in frame.f_locals or name in frame.f_globals:
                print("REACHED", name)
        frame = frame.f_back
    for item in gc.get_objects():
        if callable(item) and getattr(item, "__module__", "") == "labkit.check.lab1":
            print("REACHED", item)
    if any("check" + ".linear" in str(cell) for cell in In):
        print("REACHED In")


search()

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        search()
        return np.zeros((x.shape[0], self.W.data.shape[1]))

    def backward(self, dy):
        search()
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        return np.zeros((len(dy), len(self.W.data)))
