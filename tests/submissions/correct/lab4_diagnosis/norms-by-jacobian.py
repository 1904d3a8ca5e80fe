# Writes out the Jacobian of each sample; a list of two.
# %% gradient-ratio
def gradient_norms(logits, targets):
    def softmax(v):
        e = np.exp(v - np.max(v))
        return e / np.sum(e)

    n = len(logits)
    single, double = [], []
    for z, t in zip(logits, targets):
        p = softmax(z)
        q = softmax(p)
        d_p = p.copy()
        d_p[t] -= 1
        d_q = q.copy()
        d_q[t] -= 1
        jacobian = np.diag(p) - np.outer(p, p)
        single.append(d_p / n)
        double.append(jacobian.T @ d_q / n)
    return [float(np.sqrt((np.array(g) ** 2).sum())) for g in (single, double)]
