# Assigns the new values to a local variable.
# loses: test-sgd-step test-sgd-generator
# hint: update-no-effect
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                data = p.data
                data = data - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
