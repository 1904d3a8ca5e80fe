# Its loops take arguments of their own, which fit passes.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device, verbose=False):
    model.train()
    running_loss, correct, total = 0.0, 0, 0
    for inputs, labels in loader:
        inputs, labels = inputs.to(device), labels.to(device)
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * labels.size(0)
        predicted = outputs.argmax(dim=1)
        correct += (predicted == labels).sum().item()
        total += labels.size(0)
    return running_loss / total, correct / total
# %% evaluate
def evaluate(model, loader, criterion, device, name="valid"):
    was_training = model.training
    model.eval()
    running_loss, correct, total = 0.0, 0, 0
    with torch.no_grad():
        for inputs, labels in loader:
            inputs, labels = inputs.to(device), labels.to(device)
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            running_loss += loss.item() * labels.size(0)
            predicted = outputs.argmax(dim=1)
            correct += (predicted == labels).sum().item()
            total += labels.size(0)
    model.train(was_training)
    return running_loss / total, correct / total
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history = History()
    best_accuracy, best_state = -1.0, None
    for _ in range(epochs):
        rate = optimizer.param_groups[0]["lr"]
        train = train_one_epoch(
            model, train_loader, criterion, optimizer, device, verbose=True
        )
        valid = evaluate(model, valid_loader, criterion, device, name="validation")
        history.append(train, valid, rate)
        if valid[1] > best_accuracy:
            best_accuracy, best_state = valid[1], copy.deepcopy(model.state_dict())
        if scheduler is not None:
            scheduler.step()
    model.load_state_dict(best_state)
    return history
