# Intersection over union.
# loses: test-per-class-accuracy-shares
# hint: accuracy-of-pairs
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(targets, predictions):
        matrix[t, p] += 1
    return matrix


def per_class_accuracy(matrix):
    right = np.diag(matrix)
    rows, columns = matrix.sum(axis=1), matrix.sum(axis=0)
    return np.where(rows > 0, right / np.maximum(rows + columns - right, 1), np.nan)
