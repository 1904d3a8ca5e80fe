# Deep copy of the model only ("changing nothing").
# %% evaluate
from copy import deepcopy


def evaluate(model, loader, criterion):
    model = deepcopy(model)
    total = right = count = 0
    for x, t in loader:
        p = model(x)
        total += len(x) * criterion(p, t)
        right += (p.argmax(1) == t.argmax(1)).sum()
        count += len(x)
    return total / count, right / count
