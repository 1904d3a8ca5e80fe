# The subgradient at exactly 0 is one half.
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.sign = np.sign(x)
        return np.clip(x, 0, None)

    def backward(self, dy):
        return dy * (self.sign + 1) / 2
