# Thought that a fused softmax needs no backward.
# loses: test-softmax-backward
# %% softmax
class Softmax(Module):
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)
