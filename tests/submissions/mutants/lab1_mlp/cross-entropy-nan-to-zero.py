# Replaces what is not finite by 0, so that the worst answer costs nothing.
# loses: test-cross-entropy-stable
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(probs)
        terms = one_hot * log_p
        return -np.sum(np.where(np.isfinite(terms), terms, 0)) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
