# Asks for time and memory of its own, in every place where a tool might look.
# attacks: the notebook
# loses: test-linear-forward test-linear-backward
# %% linear
# papermill: execution_timeout=100000
import time

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        self.W = Parameter(np.random.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        time.sleep(600)
        return np.zeros((len(x), self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        time.sleep(600)
        return np.zeros((len(dy), len(self.W.data)))

# %% hand-in
wanted = {"timeout": 1e9, "memory": 1 << 50, "allow_errors": True, "processes": 1 << 20}
notebook["metadata"] |= {
    "execution": wanted, "papermill": wanted, "labkit": wanted | {"isolation": "none"},
    "nbgrader": wanted, "Run": wanted, "kernelspec": {"name": "../../bin/sh", "argv": ["sh"]},
    "language_info": {"name": "python", "version": "2.7", "file_extension": "/../x"},
}
for cell in notebook["cells"]:
    cell["metadata"] |= {"execution": wanted, "labkit": {"comment": "full marks"}, "timeout": 1e9}
    cell["metadata"]["tags"] = ["raises-exception", "skip-execution", "threshold", "given"]
