# Forgot keepdims in the sum.
# loses: test-softmax-forward test-softmax-stable
# hint: softmax-wrong-axis
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1)

    def backward(self, dy):
        return dy
