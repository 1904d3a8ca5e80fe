# Takes the correct gradient back through softmax.
# loses: test-gradient-ratio-double
# hint: outer-softmax-forgotten
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
    g = single
    double = p * (g - np.sum(g * p, axis=1, keepdims=True))
    return np.linalg.norm(single), np.linalg.norm(double)
