# Clips the logits to avoid the overflow, so that large ones become equal.
# loses: test-softmax-stable
# hint: softmax-unstable
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(np.clip(x, -500, 500))
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy):
        return dy
