# Subtracts the maximum of the whole batch: a row far below it underflows to 0 / 0.
# loses: test-softmax-stable
# hint: global-max
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max())
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        return dy
