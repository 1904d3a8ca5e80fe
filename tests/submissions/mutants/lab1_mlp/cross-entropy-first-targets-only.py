# Keeps the one-hot of the first call.
# loses: test-cross-entropy-backward
# hint: stale-cache
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs = probs
        if not hasattr(self, "one_hot"):
            self.one_hot = one_hot
        log_p = np.log(np.clip(probs, 1e-12, None))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
