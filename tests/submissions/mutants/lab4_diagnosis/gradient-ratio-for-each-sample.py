# A norm for each sample.
# loses: test-gradient-ratio-correct test-gradient-ratio-double
# hint: norm-for-each-sample
# %% gradient-ratio
def gradient_norms(logits, targets):
    def sm(a):
        e = np.exp(a - a.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)
    N, C = logits.shape
    y = np.eye(C)[targets]
    p = sm(logits)
    o = (sm(p) - y) / N
    return np.linalg.norm((p - y) / N, axis=1), np.linalg.norm(p * (o - (o * p).sum(1, keepdims=True)), axis=1)
