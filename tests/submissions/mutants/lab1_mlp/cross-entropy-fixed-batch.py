# Divides the gradient by the size of the first batch.
# loses: test-cross-entropy-backward
# hint: stale-cache
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        if not hasattr(self, "n"):
            self.n = len(probs)
        log_p = np.log(np.clip(probs, 1e-12, None))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / self.n
