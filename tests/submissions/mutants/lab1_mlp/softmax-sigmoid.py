# Squashes each logit by itself.
# loses: test-softmax-forward test-softmax-stable
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return 0.5 * (1 + np.tanh(x / 2))

    def backward(self, dy):
        return dy
