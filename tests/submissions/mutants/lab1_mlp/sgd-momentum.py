# Momentum 0.9, which was not asked for.
# loses: test-sgd-step
# hint: momentum
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.v = {}

    def step(self):
        for p in self.params:
            if p.grad is not None:
                self.v[id(p)] = 0.9 * self.v.get(id(p), 0) + p.grad
                p.data = p.data - self.lr * self.v[id(p)]

    def zero_grad(self):
        for p in self.params:
            p.grad = None
