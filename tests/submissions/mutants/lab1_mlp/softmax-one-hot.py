# Returns 1 for the largest logit and 0 elsewhere.
# loses: test-softmax-forward
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return (e == 1).astype(float)

    def backward(self, dy):
        return dy
