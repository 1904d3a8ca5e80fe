# The two-class formula, which also counts the wrong classes.
# loses: test-cross-entropy-forward
# hint: wrong-class-term
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-12, None))
        rest = np.log(np.clip(1 - probs, 1e-12, None))
        return -np.sum(one_hot * log_p + (1 - one_hot) * rest) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
