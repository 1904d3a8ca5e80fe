# Takes a class of one sample for empty.
# loses: test-per-class-accuracy-shares
# hint: class-of-one-sample
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    """Count how often each class was taken for each.

    Parameters
    ----------
    targets, predictions : ndarray, shape (n,), int
        True and predicted class indices.
    num_classes : int
        C; some classes may occur in neither.

    Returns
    -------
    ndarray, shape (C, C), int
        Entry [i, j]: samples of class i that were predicted as j.
    """
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(matrix, (targets, predictions), 1)
    return matrix


def per_class_accuracy(matrix):
    """Share of each class's samples that were predicted right.

    Parameters
    ----------
    matrix : ndarray, shape (C, C), int
        A confusion matrix: rows are true classes.

    Returns
    -------
    ndarray, shape (C,)
        Between 0 and 1; nan for a class without samples.
    """
    totals = matrix.sum(axis=1)
    return np.where(totals > 1, np.diag(matrix) / np.maximum(totals, 1), np.nan)
