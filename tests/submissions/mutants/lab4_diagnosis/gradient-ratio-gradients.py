# Returns the gradients instead of their norms.
# loses: test-gradient-ratio-correct test-gradient-ratio-double
# hint: gradient-not-norm
# %% gradient-ratio
def gradient_norms(logits, targets):
    def sm(a):
        e = np.exp(a - a.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)
    N, C = logits.shape
    y = np.eye(C)[targets]
    p = sm(logits)
    o = (sm(p) - y) / N
    return (p - y) / N, p * (o - (o * p).sum(1, keepdims=True))
