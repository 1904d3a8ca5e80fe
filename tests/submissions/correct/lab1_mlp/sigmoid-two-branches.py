# Each branch of the sigmoid computed only where it is safe.
# %% sigmoid
class Sigmoid(Module):
    def forward(self, x):
        y = np.empty_like(x, dtype=float)
        positive = x >= 0
        y[positive] = 1 / (1 + np.exp(-x[positive]))
        e = np.exp(x[~positive])
        y[~positive] = e / (1 + e)
        self.y = y
        return y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)
