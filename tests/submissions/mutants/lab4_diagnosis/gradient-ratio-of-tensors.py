# Hands PyTorch an array.
# loses: test-gradient-ratio-correct test-gradient-ratio-double
# hint: array-for-tensor
# %% gradient-ratio
def gradient_norms(logits, targets):
    """Frobenius norms of the gradients of two mean losses, both at the logits.

    Parameters
    ----------
    logits : ndarray, shape (N, C)
    targets : ndarray, shape (N,), int
        Class indices.

    Returns
    -------
    correct, double : float
        Of the gradient of the correct loss, and of the faulty model's loss. The losses
        are means over the N samples, and both gradients are taken at `logits`.
    """

    def softmax(z):
        exp = np.exp(z - z.max(axis=1, keepdims=True))
        return exp / np.add.reduce(exp, axis=1, keepdims=True)

    N, C = logits.shape
    one_hot = torch.nn.functional.one_hot(targets)
    probs = softmax(logits)
    correct = (probs - one_hot) / N
    outer = (softmax(probs) - one_hot) / N
    double = probs * (outer - (outer * probs).sum(axis=1, keepdims=True))
    return np.linalg.norm(correct), np.linalg.norm(double)
