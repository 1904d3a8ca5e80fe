# Replaces the values instead of changing them in place; parameters kept as a tuple.
# %% sgd
class SGD:
    """Plain gradient descent."""

    def __init__(self, params, lr=0.01):
        self.params = tuple(params)
        self.lr = lr

    def step(self):
        for param in self.params:
            if param.grad is None:
                continue
            param.data = param.data - self.lr * param.grad

    def zero_grad(self):
        for param in self.params:
            param.grad = None
