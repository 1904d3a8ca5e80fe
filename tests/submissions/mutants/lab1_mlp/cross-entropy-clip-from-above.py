# Clips probabilities from above at 0.9, too.
# loses: test-cross-entropy-forward
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        return -np.sum(one_hot * np.log(np.clip(probs, 1e-9, 0.9))) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
