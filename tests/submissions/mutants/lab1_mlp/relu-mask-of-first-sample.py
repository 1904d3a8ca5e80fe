# Uses the mask of the first sample for the whole batch.
# loses: test-relu-backward
# hint: batch-size-one
# %% relu
class ReLU(Module):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dy):
        return dy * (self.x[0] > 0)
