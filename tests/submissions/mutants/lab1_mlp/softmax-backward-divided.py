# Divides by the batch size once more.
# loses: test-softmax-backward
# hint: mean-over-batch
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        return dy / len(dy)
