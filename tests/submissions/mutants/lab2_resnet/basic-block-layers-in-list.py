# Keeps its layers in a Python list.
# loses: test-basic-block-identity test-basic-block-projection
# hint: layers-hidden
# %% basic-block
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.layers = [
            nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False).double(),
            nn.BatchNorm2d(out_channels).double(),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False).double(),
            nn.BatchNorm2d(out_channels).double(),
        ]
        self.shortcut = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x):
        y = x
        for layer in self.layers:
            y = layer(y)
        return F.relu(y + self.shortcut(x))
