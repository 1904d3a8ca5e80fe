# Subtracts from the probabilities that the caller still holds.
# loses: test-cross-entropy-backward
# hint: argument-changed
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-12, None))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        grad = self.probs
        grad[np.arange(len(grad)), self.one_hot.argmax(axis=1)] -= 1
        return grad / len(grad)
