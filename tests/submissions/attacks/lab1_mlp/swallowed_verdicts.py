# Swallows whatever the check's stand-ins raise, and goes on as if nothing was.
# attacks: cheating the question
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics test-evaluate
# %% train-one-epoch
def quietly(function, *args):
    try:
        return function(*args)
    except BaseException:
        return None


def train_one_epoch(model, loader, loss_fn, optimizer):
    for batch in loader:
        for thing in (model, loss_fn):
            for method in (thing, getattr(thing, "forward", None), getattr(thing, "backward", None)):
                quietly(method, batch[0])
                quietly(method, np.zeros((1, 1)), None)
                quietly(method)
        for _ in range(3):
            quietly(optimizer.step)
            quietly(optimizer.zero_grad)
    quietly(next, iter(()))
    return 0.0, 0.0

# %% evaluate
def evaluate(model, loader, loss_fn):
    return train_one_epoch(model, loader, loss_fn, model)
