# Returns log-probabilities.
# loses: test-softmax-forward
# hint: log-softmax
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return x - x.max(axis=-1, keepdims=True) - np.log(e.sum(axis=-1, keepdims=True))

    def backward(self, dy):
        return dy
