# Hides programs in cells that seem only to define: hooks of classes, metaclasses, attributes.
# attacks: the interpreter
# loses: test-linear-forward test-linear-backward
# %% linear
import os
import time


class Meta(type):
    def __getattr__(cls, name):
        if name == "hang":
            time.sleep(600)
        if name == "end":
            os._exit(0)
        if name == "double":
            os.fork()
        if name in ("hang", "end", "double"):
            return 0
        raise AttributeError(name)

    def __call__(cls, *args, **kwargs):
        return type.__call__(cls, *args, **kwargs)


class Base(Module, metaclass=Meta):
    def __init_subclass__(cls):
        for name in getattr(cls, "does", ()):
            getattr(Base, name)


class Linear(Base):
    def __init__(self, in_features, out_features, rng=None):
        self.W = Parameter(np.random.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        return np.zeros((len(x), self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        return np.zeros((len(dy), len(self.W.data)))

# %% hand-in
at = next(i for i, c in enumerate(notebook["cells"]) if c["id"] == "linear")
for number, does in enumerate(("double", "hang", "end", "double", "end")):
    cell = copy.deepcopy(notebook["cells"][at])
    cell["metadata"], cell["id"] = {}, f"own-{number}"
    cell["source"] = (
        f"class Own{number}(Base):\n    does = ('{does}',)\n    x = Base.{does}\n"
        "def f(x=Base.hang):\n    pass\n"
    )
    notebook["cells"].insert(at + 1, cell)
