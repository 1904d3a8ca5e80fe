# Calls train_one_epoch with an optimizer of its own.
# loses: test-evaluate
# hint: evaluate-changes-model
# %% evaluate
def evaluate(model, loader, criterion):
    return train_one_epoch(model, loader, criterion, SGD(model.parameters(), 0.01))
