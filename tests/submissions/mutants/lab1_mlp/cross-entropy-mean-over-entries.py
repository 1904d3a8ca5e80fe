# Takes the mean over all N x C entries.
# loses: test-cross-entropy-forward
# hint: mean-over-entries
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-300, None))
        return -np.mean(one_hot * log_p)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
