# The learning rate shrinks at every step.
# loses: test-sgd-step
# hint: rate-changes
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad
        self.lr *= 0.9

    def zero_grad(self):
        for p in self.params:
            p.grad = None
