# Returns the mean gradient of the batch, one row.
# loses: test-cross-entropy-backward
# hint: batch-size-one
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-12, None))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return np.mean(self.probs - self.one_hot, axis=0, keepdims=True)
