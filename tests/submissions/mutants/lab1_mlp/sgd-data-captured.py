# Keeps the arrays that data held at first.
# loses: test-sgd-step
# hint: arrays-kept
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.pairs, self.lr = [(p, p.data) for p in params], lr
    def step(self):
        for p, data in self.pairs:
            if p.grad is not None:
                data -= self.lr * p.grad
                p.data = data
    def zero_grad(self):
        for p, _ in self.pairs:
            p.grad = None
