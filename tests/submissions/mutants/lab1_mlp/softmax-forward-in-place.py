# Subtracts the maximum from the caller's array.
# loses: test-softmax-forward
# hint: argument-changed
# %% softmax
class Softmax(Module):
    def forward(self, x):
        x -= x.max(axis=-1, keepdims=True)
        e = np.exp(x)
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        return dy
