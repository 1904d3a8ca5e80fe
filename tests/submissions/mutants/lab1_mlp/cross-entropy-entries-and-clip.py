# Takes np.mean of all entries: with its clip, a tenth of 27.6 at 0.
# loses: test-cross-entropy-forward
# hint: mean-over-entries
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        return -np.mean(one_hot * np.log(probs + 1e-12))

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
