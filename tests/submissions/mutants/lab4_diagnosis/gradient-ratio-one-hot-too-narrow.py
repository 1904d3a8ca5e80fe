# The one-hot targets end at the largest one that occurs.
# loses: test-gradient-ratio-correct test-gradient-ratio-double
# hint: one-hot-too-narrow
# %% gradient-ratio
def softmax_rows(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient_norms(logits, targets):
    n = len(logits)
    t = np.eye(targets.max() + 1)[targets]
    p = softmax_rows(logits)
    single = (p - t) / n
    g = (softmax_rows(p) - t) / n
    double = p * (g - np.sum(g * p, axis=1, keepdims=True))
    return np.linalg.norm(single), np.linalg.norm(double)
