# Masks by zeroing a copy where the input was negative, zero_grad after the step fills with 0, layers in a row.
# %% relu
class ReLU(Module):
    def __init__(self) -> None:
        super().__init__()
        self.saved = None

    def forward(self, x):
        self.saved = x
        out = x.copy()
        out[out < 0] = 0
        return out

    def backward(self, dy):
        grad = dy.copy()
        grad[self.saved < 0] = 0
        return grad
# %% sgd
class SGD:
    def __init__(self, params, lr=1e-3):
        self.params = list(params)
        self.lr = lr

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data -= self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.fill(0)
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    loss_total, right, seen = 0, 0, 0
    for x, y in loader:
        y_pred = model.forward(x)
        loss = criterion.forward(y_pred, y)
        loss_total += loss * len(y)
        right += (y_pred.argmax(1) == y.argmax(1)).sum()
        seen += len(y)
        model.backward(criterion.backward())
        optimizer.step()
        optimizer.zero_grad()
    return loss_total / seen, right / seen
