# Looks for reference solutions in all that can be imported.
# attacks: theft
# loses: test-linear-forward test-linear-backward
# %% linear
import importlib

for name in ("labkit.check.lab1", "labkit.check.misconceptions", "labkit.training",
             "labkit.release", "labkit.grading.engine", "labkit.grading.worker",
             "labkit.grading.isolation.trusted", "solutions", "corpus"):
    try:
        module = importlib.import_module(name)
        print("REACHED", module.__file__)
    except Exception:
        pass
try:
    from torch.nn import Linear
except Exception:
    from labkit.check.lab1 import Linear
