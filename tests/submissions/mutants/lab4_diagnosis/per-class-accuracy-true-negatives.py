# Counts what is rightly of other classes, too.
# loses: test-per-class-accuracy-shares
# hint: true-negatives-counted
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(targets, predictions):
        matrix[t, p] += 1
    return matrix



def per_class_accuracy(matrix):
    total = matrix.sum()
    out = np.zeros(len(matrix))
    for i in range(len(matrix)):
        tp = matrix[i, i]
        tn = total - matrix[i].sum() - matrix[:, i].sum() + tp
        out[i] = (tp + tn) / total if matrix[i].sum() else np.nan
    return out
