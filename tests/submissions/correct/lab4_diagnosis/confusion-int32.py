# Counts in 32 bits; a loop with nan.
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=np.int32)
    for t, p in zip(targets, predictions):
        matrix[t, p] += 1
    return matrix


def per_class_accuracy(matrix):
    rows = matrix.sum(axis=1)
    return [matrix[k, k] / n if n else math.nan for k, n in enumerate(rows)]
