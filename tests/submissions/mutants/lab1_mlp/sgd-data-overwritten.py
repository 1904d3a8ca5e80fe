# Replaces the values by the step.
# loses: test-sgd-step
# hint: value-replaced
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = -self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
