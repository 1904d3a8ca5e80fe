# Reads the answers out of the objects that a check hands over.
# attacks: theft
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics test-evaluate
# %% train-one-epoch
def dig(*things):
    for thing in things:
        for path in (("_stage",), ("__class__", "__init__", "__globals__"),
                     ("forward", "__func__", "__globals__"), ("forward", "__self__"),
                     ("step", "__globals__"), ("__dict__",), ("__reduce__",),
                     ("dataset", "__class__"), ("model", "_stage", "losses")):
            found = thing
            try:
                for name in path:
                    found = found._ask("get", name) if hasattr(found, "_ask") else None
                if found is not None:
                    print("REACHED", path)
                    return found.expected(found.sizes)
            except Exception:
                continue
    return 0.5, 0.5


def train_one_epoch(model, loader, criterion, optimizer):
    return tuple(dig(model, loader, criterion, optimizer))
# %% evaluate
def evaluate(model, loader, criterion):
    return tuple(dig(model, loader, criterion))
