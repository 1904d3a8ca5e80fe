# Clips at 1 from above, but not at 0 from below.
# loses: test-cross-entropy-stable
# hint: log-of-zero
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.minimum(probs, 1 - 1e-12))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
