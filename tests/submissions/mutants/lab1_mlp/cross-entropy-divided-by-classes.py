# Divides by the number of classes instead of the batch size.
# loses: test-cross-entropy-forward
# hint: divided-by-classes
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-300, None))
        return -np.sum(one_hot * log_p, axis=0).mean()

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
