# Returns the ratio alone.
# loses: test-gradient-ratio-correct test-gradient-ratio-double
# %% gradient-ratio
def softmax_rows(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient_norms(logits, targets):
    n = len(logits)
    t = np.zeros(logits.shape)
    t[np.arange(n), targets] = 1
    p = softmax_rows(logits)
    single = (p - t) / n
    g = (softmax_rows(p) - t) / n
    double = p * (g - np.sum(g * p, axis=1, keepdims=True))
    return np.linalg.norm(double) / np.linalg.norm(single)
