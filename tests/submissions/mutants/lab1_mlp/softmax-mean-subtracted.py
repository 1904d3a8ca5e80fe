# Subtracts the mean instead of the maximum.
# loses: test-softmax-stable
# hint: softmax-unstable
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.mean(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        return dy
