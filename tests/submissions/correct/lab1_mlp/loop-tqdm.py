# A progress bar, prints, and counting by len(loader.dataset).
# %% train-one-epoch
from tqdm import tqdm


def train_one_epoch(model, loader, criterion, optimizer):
    running_loss = 0.0
    running_corrects = 0
    for inputs, labels in tqdm(loader, desc="train"):
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        optimizer.zero_grad()
        model.backward(criterion.backward())
        optimizer.step()
        running_loss += loss * inputs.shape[0]
        running_corrects += np.sum(np.argmax(outputs, 1) == np.argmax(labels, 1))
    epoch_loss = running_loss / len(loader.dataset)
    epoch_acc = running_corrects / len(loader.dataset)
    print(f"loss {epoch_loss:.4f} accuracy {epoch_acc:.4f}")
    return epoch_loss, epoch_acc
# %% evaluate
def evaluate(model, loader, criterion):
    running_loss = 0.0
    running_corrects = 0
    for inputs, labels in tqdm(loader, desc="evaluate"):
        outputs = model(inputs)
        running_loss += criterion(outputs, labels) * inputs.shape[0]
        running_corrects += np.sum(np.argmax(outputs, 1) == np.argmax(labels, 1))
    return running_loss / len(loader.dataset), running_corrects / len(loader.dataset)
