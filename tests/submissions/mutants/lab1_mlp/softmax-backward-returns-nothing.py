# backward does nothing.
# loses: test-softmax-backward
# hint: nothing-returned
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        pass
