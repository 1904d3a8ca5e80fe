# scikit-learn's matrix with all labels; float counts.
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    from sklearn import metrics

    return metrics.confusion_matrix(targets, predictions, labels=range(num_classes)).astype(float)


def per_class_accuracy(matrix):
    matrix = np.asarray(matrix, dtype=float)
    n = matrix.sum(1)
    out = np.full(len(matrix), np.nan)
    out[n > 0] = np.diagonal(matrix)[n > 0] / n[n > 0]
    return out
