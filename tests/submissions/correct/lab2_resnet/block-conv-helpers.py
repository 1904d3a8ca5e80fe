# Helper functions for convolutions; the block is built on a small module of its own.
# %% basic-block
def conv3x3(cin, cout, stride=1):
    return nn.Conv2d(cin, cout, kernel_size=3, stride=stride, padding=1, bias=False)


class ConvNorm(nn.Module):
    def __init__(self, conv, channels):
        super().__init__()
        self.conv = conv
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x):
        return self.norm(self.conv(x))


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.first = ConvNorm(conv3x3(in_channels, out_channels, stride), out_channels)
        self.second = ConvNorm(conv3x3(out_channels, out_channels), out_channels)
        if stride != 1 or in_channels != out_channels:
            conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
            self.side = ConvNorm(conv, out_channels)

    def forward(self, x):
        side = self.side(x) if hasattr(self, "side") else x
        return (self.second(self.first(x).relu()) + side).clamp(min=0)
