# The optimizer as a dataclass.
# %% sgd
from dataclasses import dataclass
from typing import Iterable


@dataclass
class SGD:
    params: Iterable
    lr: float

    def __post_init__(self):
        self.params = list(self.params)

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.data += -self.lr * p.grad

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad *= 0
