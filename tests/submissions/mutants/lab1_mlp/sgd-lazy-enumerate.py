# Keeps an iterator, and makes a list of it at the first step only.
# loses: test-sgd-generator
# hint: generator-exhausted
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.pairs = enumerate(params)
        self.lr = lr

    def step(self):
        self.pairs = list(self.pairs)
        for _, p in self.pairs:
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad

    def zero_grad(self):
        for _, p in self.pairs:
            p.grad = None
