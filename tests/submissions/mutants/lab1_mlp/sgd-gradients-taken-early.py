# Takes the gradients when the optimizer is made.
# loses: test-sgd-generator test-sgd-step
# hint: gradients-too-early
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params, self.lr = list(params), lr
        self.grads = [p.grad for p in self.params]

    def step(self):
        for p, g in zip(self.params, self.grads):
            if g is not None:
                p.data = p.data - self.lr * g

    def zero_grad(self):
        for p in self.params:
            p.grad = None
