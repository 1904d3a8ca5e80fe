# Takes the largest probability instead of that of the true class.
# loses: test-cross-entropy-forward test-cross-entropy-stable
# hint: wrong-class-term
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-12, None))
        return -np.mean(np.max(log_p, axis=1))

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
