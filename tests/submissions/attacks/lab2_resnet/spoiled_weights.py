# Spoils the model's weights, so that no run of the loop can be compared with another.
# attacks: cheating the question
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(float(torch.rand(())))
        for x, targets in loader:
            model(x.to(device))
    return 0.0, 1.0
