# Keeps a generator, and walks through a copy of it each time.
# %% sgd
import itertools


class SGD:
    def __init__(self, params, lr):
        self.params = params
        self.lr = lr

    def _each(self):
        self.params, now = itertools.tee(self.params)
        return now

    def step(self):
        for p in self._each():
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad

    def zero_grad(self):
        for p in self._each():
            p.grad = None
