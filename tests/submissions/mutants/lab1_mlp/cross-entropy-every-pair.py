# Indexes columns for all samples where one entry a row is meant.
# loses: test-cross-entropy-forward
# hint: every-pair
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        labels = np.argmax(one_hot, axis=1)
        return -np.mean(np.log(probs[:, labels] + 1e-12))

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
