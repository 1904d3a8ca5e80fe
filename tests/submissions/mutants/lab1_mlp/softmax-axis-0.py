# Normalizes over the batch instead of over the classes.
# loses: test-softmax-forward test-softmax-stable
# hint: softmax-wrong-axis
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=0, keepdims=True))
        return e / e.sum(axis=0, keepdims=True)

    def backward(self, dy):
        return dy
