# The largest float instead of infinity: two of them are infinite again.
# loses: test-cross-entropy-stable
# hint: log-of-zero
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        self.p, self.t = probs, one_hot
        with np.errstate(divide="ignore", invalid="ignore"):
            return -np.mean(np.sum(np.nan_to_num(one_hot * np.log(probs)), axis=1))
    def backward(self):
        return (self.p - self.t) / len(self.p)
