# The formula as written: exp overflows at 1e4.
# loses: test-softmax-stable
# hint: softmax-unstable
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x)
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        return dy
