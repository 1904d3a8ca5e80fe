# The gradient of a sample is 0 where the true class was clipped.
# loses: test-cross-entropy-backward
# hint: gradient-clipped
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.p, self.t = probs, one_hot
        self.q = (probs * one_hot).sum(1, keepdims=True)
        return -np.log(np.maximum(self.q, 1e-7)).mean()

    def backward(self):
        return (self.p - self.t) / len(self.p) * (self.q > 1e-7)
