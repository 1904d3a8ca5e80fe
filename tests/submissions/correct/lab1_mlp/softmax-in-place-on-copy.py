# In-place work on its own copy, axis 1.
# %% softmax
class Softmax(Module):
    def forward(self, x):
        y = x.astype(np.float64)
        y -= np.max(y, axis=1, keepdims=True)
        np.exp(y, out=y)
        y /= np.sum(y, axis=1, keepdims=True)
        self.y = y
        return y

    def backward(self, dy):
        return dy
