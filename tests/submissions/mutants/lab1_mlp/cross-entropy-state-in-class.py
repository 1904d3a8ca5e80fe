# Keeps its inputs in the class, so that two losses share them.
# loses: test-cross-entropy-backward
# hint: state-shared
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        CrossEntropyLoss.probs, CrossEntropyLoss.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-12, None))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
