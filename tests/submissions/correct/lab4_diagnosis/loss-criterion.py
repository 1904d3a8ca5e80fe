# nn.CrossEntropyLoss, as a module.
# %% fix
def cross_entropy(logits, targets):
    criterion = nn.CrossEntropyLoss()
    return criterion(logits, targets)
