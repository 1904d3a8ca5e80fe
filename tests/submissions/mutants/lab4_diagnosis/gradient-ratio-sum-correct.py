# Only the correct loss is summed.
# loses: test-gradient-ratio-correct
# hint: sum-not-mean
# %% gradient-ratio
def softmax_rows(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient_norms(logits, targets):
    n = len(logits)
    t = np.zeros(logits.shape)
    t[np.arange(n), targets] = 1
    p = softmax_rows(logits)
    single = p - t
    g = (softmax_rows(p) - t) / n
    double = p * (g - np.sum(g * p, axis=1, keepdims=True))
    return np.linalg.norm(single), np.linalg.norm(double)
