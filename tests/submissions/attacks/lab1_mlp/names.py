# Puts odd things under the names that tests read: settings, modules, builtins.
# attacks: patching
# loses: test-train test-transform
# %% transform
class Setting(float):
    def __le__(self, other):
        return True
    __gt__ = __lt__ = __ge__ = __eq__ = __mod__ = __le__


class Anything:
    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return args[0] if args else self

check = np = data = float = len = print = AssertionError = transform = Anything()

# %% train
LR = Setting("inf")
BATCH_SIZE = Setting("nan")
EPOCHS = type("Epochs", (int,), {"__gt__": lambda self, other: False})(10**9)
