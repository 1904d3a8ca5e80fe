# The loss of the first sample only.
# loses: test-cross-entropy-forward
# hint: batch-size-one
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-300, None))
        return -np.sum(one_hot[0] * log_p[0])

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
