# Multiplies the gradients by the learning rate in place.
# loses: test-sgd-step
# hint: gradient-changed
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.grad = p.grad * self.lr
                p.data = p.data - p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
