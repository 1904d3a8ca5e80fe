# The list of parameters belongs to the class: a second optimizer also moves the parameters of the first.
# loses: test-sgd-step
# hint: state-shared
# %% sgd
class SGD:
    params = []

    def __init__(self, params, lr):
        self.params.extend(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data = p.data - self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            p.grad = None
