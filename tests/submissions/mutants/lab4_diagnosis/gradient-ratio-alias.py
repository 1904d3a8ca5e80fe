# `correct = p` is no copy: subtracting 1 at the targets spoils the p that the second gradient needs.
# loses: test-gradient-ratio-double
# hint: one-array-for-both
# %% gradient-ratio
def gradient_norms(logits, targets):
    def softmax(a):
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    n = len(targets)
    rows = np.arange(n)
    p = softmax(logits)
    q = softmax(p)
    correct = p
    correct[rows, targets] -= 1
    g = q
    g[rows, targets] -= 1
    double = p * (g - (g * p).sum(axis=1, keepdims=True))
    return np.linalg.norm(correct) / n, np.linalg.norm(double) / n
