# A list comprehension, with float("nan").
# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    for t, p in zip(targets, predictions):
        matrix[t, p] += 1
    return matrix



def per_class_accuracy(matrix):
    return [matrix[i][i] / sum(matrix[i]) if sum(matrix[i]) else float("nan") for i in range(len(matrix))]
