# Gives nan for a class of which none is right.
# loses: test-per-class-accuracy-shares
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    m = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(targets, predictions):
        m[t, p] += 1
    return m


def per_class_accuracy(matrix):
    rows = matrix.sum(axis=1)
    return np.where(np.diag(matrix) > 0, np.diag(matrix) / np.maximum(rows, 1), np.nan)
