# Skips a gradient that has a zero in it.
# loses: test-sgd-step
# hint: parameters-left-out
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr

    def step(self):
        for p in self.params:
            if np.all(p.grad):
                p.data -= self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
