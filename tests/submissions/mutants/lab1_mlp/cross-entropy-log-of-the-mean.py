# Takes the logarithm of the mean probability.
# loses: test-cross-entropy-forward
# hint: log-of-the-mean
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        return -np.log(np.mean(np.sum(probs * one_hot, axis=1)) + 1e-12)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
