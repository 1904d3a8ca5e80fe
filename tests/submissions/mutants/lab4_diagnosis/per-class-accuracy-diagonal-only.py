# Counts the right ones alone.
# loses: test-per-class-accuracy-matrix
# hint: confusion-without-mistakes
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(targets, predictions):
        matrix[t, t] += t == p
    return matrix


def per_class_accuracy(matrix):
    total = matrix.sum(axis=1)
    result = np.full(len(matrix), np.nan)
    result[total > 0] = np.diag(matrix)[total > 0] / total[total > 0]
    return result
