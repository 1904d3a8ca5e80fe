# Forgets minlength in np.bincount, so that the counts end at the largest pair.
# loses: test-per-class-accuracy-matrix
# hint: confusion-too-small
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    """Count how often each class was taken for each."""
    return np.bincount(targets * num_classes + predictions).reshape(num_classes, num_classes)


def per_class_accuracy(matrix):
    """Share of each class's samples that were predicted right."""
    totals = matrix.sum(axis=1)
    return np.array([matrix[i, i] / n if n > 0 else np.nan for i, n in enumerate(totals)])
