# A learning rate of its own.
# loses: test-sgd-step
# hint: lr-ignored
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = p.data - 0.01 * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
