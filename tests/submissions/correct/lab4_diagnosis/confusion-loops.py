# Two loops; a list of floats.
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    m = [[0] * num_classes for _ in range(num_classes)]
    for t, p in zip(targets, predictions):
        m[int(t)][int(p)] += 1
    return np.array(m)


def per_class_accuracy(matrix):
    result = []
    for c, row in enumerate(matrix):
        n = int(sum(row))
        result.append(row[c] / n if n > 0 else float("nan"))
    return result
