# The parameters on the class: a second optimizer takes the first one's.
# loses: test-sgd-step
# hint: state-shared
# %% sgd
class SGD:
    def __init__(self, params, lr):
        SGD.params, self.lr = list(params), lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
