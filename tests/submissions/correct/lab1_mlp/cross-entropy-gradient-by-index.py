# Takes and puts single entries by index.
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        cls = np.argmax(one_hot, axis=1)[:, None]
        p = np.take_along_axis(probs, cls, axis=1)[:, 0]
        self.dz = np.array(probs)
        np.put_along_axis(self.dz, cls, p[:, None] - 1, axis=1)
        return np.mean(-np.log(p + (p == 0) * 1e-12))

    def backward(self):
        return self.dz / len(self.dz)
