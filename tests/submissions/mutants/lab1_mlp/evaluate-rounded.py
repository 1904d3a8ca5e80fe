# Rounds the results to two digits.
# loses: test-evaluate
# hint: rounded
# %% evaluate
def evaluate(model, loader, criterion):
    total, hits, n = 0.0, 0, 0
    for x, t in loader:
        p = model(x)
        total += criterion(p, t) * len(x)
        hits += (p.argmax(1) == t.argmax(1)).sum()
        n += len(x)
    return round(total / n, 2), round(hits / n, 2)
