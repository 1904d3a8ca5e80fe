# Forgets the target in the double softmax's gradient.
# loses: test-gradient-ratio-double
# hint: one-hot-forgotten
# %% gradient-ratio
def gradient_norms(logits, targets):
    def softmax(z):
        e = np.exp(z - z.max(1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    N, C = logits.shape
    hot = np.eye(C)[targets]
    p = softmax(logits)
    a = (p - hot) / N
    o = softmax(p) / N
    d = p * (o - (o * p).sum(axis=1, keepdims=True))
    return np.linalg.norm(a), np.linalg.norm(d)
