# Powers of 2 instead of e.
# loses: test-softmax-forward
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp2(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        return dy
