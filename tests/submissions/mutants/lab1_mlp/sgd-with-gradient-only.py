# Keeps the parameters that have a gradient when it is made: none.
# loses: test-sgd-generator test-sgd-step test-sgd-zero-grad
# hint: gradients-too-early
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = [p for p in params if p.grad is not None], lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data -= self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
