# Keeps parameters in a dict by shape, so that one of equal ones is lost.
# loses: test-sgd-generator test-sgd-step test-sgd-zero-grad
# hint: parameters-left-out
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = {p.data.shape: p for p in params}, lr
    def step(self):
        for p in self.params.values():
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad
    def zero_grad(self):
        for p in self.params.values():
            p.grad = None
