# Uses the logarithm to base 10.
# loses: test-cross-entropy-forward
# hint: wrong-log-base
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log10(np.clip(probs, 1e-30, None))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
