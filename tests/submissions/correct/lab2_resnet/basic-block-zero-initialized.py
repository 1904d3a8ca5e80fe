# Keeps layers in ModuleLists, pads the second one with "same" and starts the last batch norm at zero.
# %% basic-block
class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    expansion = 1  # out_channels of the block, in units of its convolutions'

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.convs = nn.ModuleList(
            [
                nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False),
                nn.Conv2d(out_channels, out_channels, 3, padding="same", bias=False),
            ]
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(out_channels) for _ in range(2))
        self.skip = nn.ModuleList()
        if stride > 1 or in_channels != out_channels:
            self.skip.extend(
                [
                    nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                    nn.BatchNorm2d(out_channels),
                ]
            )
        for conv in self.convs:
            nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
        nn.init.zeros_(self.norms[-1].weight)  # the block starts as its shortcut

    def forward(self, x):
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        h = x
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            h = norm(conv(h))
            if i == 0:
                h = h.relu()
        s = x
        for layer in self.skip:
            s = layer(s)
        return (h + s).relu()
