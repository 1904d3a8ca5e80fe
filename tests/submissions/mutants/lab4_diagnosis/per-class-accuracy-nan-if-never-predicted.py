# Gives nan for a class that is never predicted.
# loses: test-per-class-accuracy-shares
# hint: class-never-predicted
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(targets, predictions):
        matrix[t, p] += 1
    return matrix


def per_class_accuracy(matrix):
    rows, columns = matrix.sum(axis=1), matrix.sum(axis=0)
    return np.where(rows * columns > 0, np.diag(matrix) / np.maximum(rows, 1), np.nan)
