# No clipping: infinite where the true class has probability 0.
# loses: test-cross-entropy-stable
# hint: log-of-zero
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.probs, self.one_hot = probs, one_hot
        picked = probs[np.arange(len(probs)), one_hot.argmax(axis=1)]
        return -np.log(picked).mean()

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
