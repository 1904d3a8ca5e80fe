# Divides by zero in Python.
# loses: test-per-class-accuracy-shares
# hint: empty-class-not-nan
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(targets, predictions):
        matrix[t, p] += 1
    return matrix


def per_class_accuracy(matrix):
    total = matrix.sum(axis=1)
    result = np.full(len(matrix), np.nan)
    for c in range(len(matrix)):
        result[c] = int(matrix[c, c]) / int(total[c])
    return result
