# Adds 1e-2 to every probability.
# loses: test-cross-entropy-forward test-cross-entropy-stable
# hint: clip-too-large
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(probs + 1e-2)
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
