# Replaces the helpers that a check runs beside the student's objects.
# attacks: patching
# loses: test-fix-gradient test-two-layer-net-function test-two-layer-net-dropout test-residual-mlp-function test-residual-mlp-dropout test-cnn-function test-cnn-sizes test-compare-budget test-compare-test-set
# %% fix
import sys

import labkit.check.probes as probes

for name, value in list(vars(probes).items()):
    if callable(value) and not isinstance(value, type) and name.islower():
        setattr(probes, name, lambda *args, **kwargs: [])
probes.Scripted.forward = lambda self, x: torch.zeros(len(x), 5)
probes.trace = lambda *args, **kwargs: ([], np.zeros((2, 10)))


def cross_entropy(logits, targets):
    return torch.zeros(())

# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()

    def forward(self, x):
        return x.flatten(1)[:, :10]

# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()

    def forward(self, x):
        return x.flatten(1)[:, :10]

# %% cnn
class ConvNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(64, 128, 256)):
        super().__init__()

    def forward(self, x):
        return x.flatten(1)[:, :10]

# %% compare
def compare(models, loaders, epochs, device):
    return [{"model": n, "valid_accuracy": 1.0, "test_accuracy": 1.0, "test_loss": 0.0} for n in models]
