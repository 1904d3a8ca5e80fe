# Takes the Jacobian at the outer softmax's output q instead of the inner one's p.
# loses: test-gradient-ratio-double
# hint: jacobian-of-the-outer
# %% gradient-ratio
def gradient_norms(logits, targets):
    def softmax(a):
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    n = len(targets)
    onehot = np.eye(logits.shape[1])[targets]
    p = softmax(logits)
    q = softmax(p)
    correct = (p - onehot) / n
    g = (q - onehot) / n
    double = q * (g - (g * q).sum(axis=1, keepdims=True))
    return np.linalg.norm(correct), np.linalg.norm(double)
