# Keeps the generator, which is empty after the first pass.
# loses: test-sgd-generator
# hint: generator-exhausted
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
