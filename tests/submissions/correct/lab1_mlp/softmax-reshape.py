# Without keepdims: reshapes by hand; backward hands down a copy.
# %% softmax
class Softmax(Module):
    def forward(self, x):
        highest = np.amax(x, axis=1).reshape(-1, 1)
        e = np.exp(x - highest)
        total = e.sum(1)[:, None]
        self.probs = e / total
        return self.probs

    def backward(self, dy):
        return dy.copy()
