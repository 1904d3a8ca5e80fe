# histogram2d without a range: the bins go from the smallest to the largest class that occurs, not from 0 to C - 1.
# loses: test-per-class-accuracy-matrix
# hint: confusion-of-bins
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    counts = np.histogram2d(targets, predictions, bins=num_classes)[0]
    return counts.astype(int)


def per_class_accuracy(matrix):
    with np.errstate(invalid="ignore"):
        return np.diag(matrix) / matrix.sum(axis=1)
