# Asks for the truth value of a gradient.
# loses: test-sgd-step test-sgd-zero-grad test-sgd-generator
# hint: truth-of-array
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad:
                p.data = p.data - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            if p.grad:
                p.grad = None
