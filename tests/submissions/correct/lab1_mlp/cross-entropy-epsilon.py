# Adds 1e-9 inside the logarithm instead of clipping.
# %% cross-entropy
class CrossEntropyLoss(Module):
    def __init__(self):
        super().__init__()
        self.eps = 1e-9

    def forward(self, probs, one_hot):
        self.y_pred = probs
        self.y_true = one_hot
        return -np.sum(one_hot * np.log(probs + self.eps)) / probs.shape[0]

    def backward(self):
        return (self.y_pred - self.y_true) / self.y_true.shape[0]
