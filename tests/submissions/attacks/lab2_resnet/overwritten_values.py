# Overwrites what a check hands over with zeros, before the check computes with it.
# attacks: cheating the question
# loses: test-basic-block-identity test-basic-block-projection
# %% basic-block
from labkit.check import probes

load, run, trace = probes.load, probes.run, probes.trace


def zeros(model, values):
    load(model, values)
    for value in values.values():
        value[...] = 0


def run_zeros(model, x, training):
    x[...] = 0
    return run(model, x, training)


def trace_zeros(model, x, training, values=False):
    calls, output = trace(model, x, training, values)
    x[...] = 0
    return calls, output


probes.load, probes.run, probes.trace = zeros, run_zeros, trace_zeros


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.side = nn.Sequential()
        if stride != 1 or in_channels != out_channels:
            self.side = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x):
        y = self.bn2(self.conv2(self.bn1(self.conv1(x))))
        return 0 * (y + self.side(x))
