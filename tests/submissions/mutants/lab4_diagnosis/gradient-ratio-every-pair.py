# Takes 1 away in all columns that are someone's target.
# loses: test-gradient-ratio-correct test-gradient-ratio-double
# hint: every-pair
# %% gradient-ratio
def gradient_norms(logits, targets):
    def sm(a):
        e = np.exp(a - a.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)
    def minus(p):
        g = p.copy()
        g[:, targets] -= 1
        return g / len(p)
    p = sm(logits)
    o = minus(sm(p))
    return np.linalg.norm(minus(p)), np.linalg.norm(p * (o - (o * p).sum(1, keepdims=True)))
