# Loops over samples and classes.
# %% gradient-ratio
def gradient_norms(logits, targets):
    n, c = logits.shape
    g1, g2 = [], []
    for z, t in zip(logits, targets):
        p = np.exp(z) / sum(np.exp(z))
        q = np.exp(p) / sum(np.exp(p))
        for j in range(c):
            g1.append((p[j] - (j == t)) / n)
            g2.append(sum((q[k] - (k == t)) * p[k] * ((k == j) - p[j]) for k in range(c)) / n)
    return math.sqrt(sum(v * v for v in g1)), math.sqrt(sum(v * v for v in g2))
