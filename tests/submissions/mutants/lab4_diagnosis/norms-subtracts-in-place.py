# Subtracts 1 from the probabilities in place and goes on using them for the second gradient.
# loses: test-gradient-ratio-double
# hint: one-array-for-both
# %% gradient-ratio
def gradient_norms(logits, targets):
    """Frobenius norms of the gradients of two mean losses, both at the logits."""

    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    n = len(targets)
    rows = np.arange(n)
    p = softmax(logits)
    grad = p
    grad[rows, targets] -= 1
    correct = np.linalg.norm(grad / n)

    q = softmax(p)
    q[rows, targets] -= 1
    q = q / n
    double = p * (q - (q * p).sum(axis=1, keepdims=True))
    return correct, np.linalg.norm(double)
