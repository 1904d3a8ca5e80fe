# Takes the softmax over the batch.
# loses: test-gradient-ratio-correct test-gradient-ratio-double
# hint: softmax-wrong-axis
# %% gradient-ratio
def gradient_norms(logits, targets):
    def softmax(z):
        e = np.exp(z - z.max())
        return e / e.sum(axis=0)

    N, C = logits.shape
    hot = np.eye(C)[targets]
    p = softmax(logits)
    a = (p - hot) / N
    o = (softmax(p) - hot) / N
    d = p * (o - (o * p).sum(axis=1, keepdims=True))
    return np.linalg.norm(a), np.linalg.norm(d)
