# Keeps probabilities in a queue and takes the oldest.
# loses: test-cross-entropy-backward
# hint: stale-cache
# %% cross-entropy
class CrossEntropyLoss(Module):
    def __init__(self):
        self.q = []
    def forward(self, probs, one_hot):
        self.q.append((probs, one_hot))
        return -np.mean(np.log(np.maximum((probs * one_hot).sum(1), 1e-12)))
    def backward(self):
        p, t = self.q.pop(0)
        return (p - t) / len(p)
