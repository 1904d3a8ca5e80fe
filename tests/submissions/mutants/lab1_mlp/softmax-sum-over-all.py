# Divides by the sum over the whole batch.
# loses: test-softmax-forward
# hint: softmax-wrong-axis
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum()

    def backward(self, dy):
        return dy
