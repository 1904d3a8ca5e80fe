# Forgot to divide by the sum.
# loses: test-softmax-forward
# hint: softmax-not-normalized
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e

    def backward(self, dy):
        return dy
