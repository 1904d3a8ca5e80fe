# Takes tensors and gives tensors.
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    pairs = targets * num_classes + predictions
    return torch.bincount(pairs, minlength=num_classes**2).view(num_classes, num_classes)


def per_class_accuracy(matrix):
    return matrix.diag() / matrix.sum(dim=1)
