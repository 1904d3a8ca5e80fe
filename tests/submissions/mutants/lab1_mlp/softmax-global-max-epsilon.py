# Hid the 0 / 0 of a global maximum by a small number, so that such rows are all 0.
# loses: test-softmax-stable
# hint: global-max
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - np.max(x))
        return e / (e.sum(axis=-1, keepdims=True) + 1e-15)

    def backward(self, dy):
        return dy
