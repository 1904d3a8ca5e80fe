# A copy of the training loop: with an optimizer of its own.
# loses: test-evaluate-unchanged test-evaluate-metrics
# hint: evaluate-changes-model
# %% evaluate
def evaluate(model, loader, criterion, device):
    was_training = model.training
    model.eval()
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    loss_sum, hits, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        logits = model(x)
        loss = criterion(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        hits += (logits.argmax(1) == y).sum().item()
        n += len(y)
    model.train(was_training)
    return loss_sum / n, hits / n
