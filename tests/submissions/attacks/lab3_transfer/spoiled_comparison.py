# Ignores pretrained weights, and spoils the run that is to be compared with them.
# attacks: cheating the question
# loses: test-fine-tune-transfer
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    model = models.get_model(arch, weights=None)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    model.spoiled = weights is None
    return model

# %% fine-tune
EPOCHS = 20
BATCH_SIZE = 20


def fine_tune(model, train_loader, valid_loader, epochs, device, writer=None):
    history = History()
    if model.spoiled:
        return history
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(epochs):
        model.train()
        for x, targets in train_loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), targets).backward()
            optimizer.step()
        history.append((0.0, 0.0), (0.0, 0.0), 0.02)
    return history
