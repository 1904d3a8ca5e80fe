# Forgot the one-hot: sums the logarithms of all classes.
# loses: test-cross-entropy-forward
# hint: wrong-class-term
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-12, None))
        return -np.sum(log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
