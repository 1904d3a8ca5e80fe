# Counts in 8 bits.
# loses: test-per-class-accuracy-matrix
# hint: numbers-overflow
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=np.uint8)
    for t, p in zip(targets, predictions):
        matrix[t, p] += 1
    return matrix


def per_class_accuracy(matrix):
    with np.errstate(invalid="ignore"):
        return matrix.diagonal() / matrix.sum(axis=1)
