# Replaces the helpers that a check runs beside the student's objects.
# attacks: patching
# loses: test-basic-block-identity test-basic-block-projection test-basic-block-gradient test-train-one-epoch-updates test-train-one-epoch-metrics test-evaluate-metrics test-fit-history test-fit-best
# %% basic-block
import torch
from labkit.check import probes

for name, value in list(vars(probes).items()):
    if callable(value) and not isinstance(value, type) and name.islower():
        setattr(probes, name, lambda *args, **kwargs: {"weight": np.zeros((12, 10))})
probes.trace = lambda *args, **kwargs: ([], np.zeros((2, 4, 8, 8)))
probes.is_training = lambda model: []

class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()

    def forward(self, x):
        return x

# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    return 0.0, 1.0

# %% evaluate
def evaluate(model, loader, criterion, device):
    return 0.0, 1.0

# %% fit
def fit(*args):
    return History()
