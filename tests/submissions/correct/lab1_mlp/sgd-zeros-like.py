# Sets new zeros as gradients, also where there was none; comprehension and np.subtract.
# %% sgd
class SGD:
    def __init__(self, params, lr):
        self.params = [p for p in params]
        self.learning_rate = lr

    def step(self):
        trained = [p for p in self.params if p.grad is not None]
        for p in trained:
            np.subtract(p.data, self.learning_rate * p.grad, out=p.data)

    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.data)
