# The inner product of the chain rule is summed over the whole batch, not over the classes of each row.
# loses: test-gradient-ratio-double
# hint: jacobian-of-the-whole-batch
# %% gradient-ratio
def gradient_norms(logits, targets):
    def softmax(a):
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    n = len(targets)
    onehot = np.eye(logits.shape[1])[targets]
    p = softmax(logits)
    correct = (p - onehot) / n
    g = (softmax(p) - onehot) / n
    double = p * (g - np.sum(g * p))
    return np.linalg.norm(correct), np.linalg.norm(double)
