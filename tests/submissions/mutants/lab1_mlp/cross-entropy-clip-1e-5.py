# Clips at 1e-5.
# loses: test-cross-entropy-stable
# hint: clip-too-large
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-5, None))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
