# Decides in the first step which parameters have gradients.
# loses: test-sgd-step
# hint: none-gradient
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params, self.lr, self.active = list(params), lr, None
    def step(self):
        if self.active is None:
            self.active = [p for p in self.params if p.grad is not None]
        for p in self.active:
            p.data = p.data - self.lr * p.grad
    def zero_grad(self):
        for p in self.params:
            p.grad = None
