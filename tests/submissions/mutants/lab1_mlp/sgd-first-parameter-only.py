# Returns from inside the loop.
# loses: test-sgd-step test-sgd-generator
# hint: parameters-left-out
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad
                return

    def zero_grad(self):
        for p in self.params:
            p.grad = None
