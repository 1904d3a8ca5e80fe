# Takes the mask from the output, half of the absolute value trick in forward.
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.y = (x + np.abs(x)) / 2
        return self.y

    def backward(self, dy):
        return dy * (self.y > 0)
