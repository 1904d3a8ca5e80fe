# ReLU as a product with the mask, the gradient passes at exactly 0 too.
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.mask = (x >= 0).astype(x.dtype)
        return x * self.mask

    def backward(self, dy):
        return dy * self.mask
