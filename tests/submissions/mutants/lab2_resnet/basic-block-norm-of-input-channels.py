# Norms as many channels as come in.
# loses: test-basic-block-projection test-basic-block-gradient
# hint: channels-do-not-fit
# %% basic-block
class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut.

    Parameters
    ----------
    in_channels, out_channels : int
    stride : int
        Of the first convolution, and of the shortcut's.
    """

    expansion = 1  # out_channels of the block, in units of its convolutions'

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(in_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(in_channels)
        self.shortcut = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(in_channels),
            )

    def forward(self, x):
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))
