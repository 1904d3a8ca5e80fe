# Both paths are Sequential; the two run one after the other.
# %% basic-block
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.residual = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        if stride == 1 and in_channels == out_channels:
            self.shortcut = nn.Identity()
        else:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )
        self.out = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.out(self.residual(x) + self.shortcut(x))
# %% resnet18
class ResNet18(nn.Sequential):
    def __init__(self, num_classes=10, width=64):
        layers = [
            nn.Conv2d(3, width, 3, 1, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        ]
        channels = width
        for factor in (1, 2, 4, 8):
            layers.append(BasicBlock(channels, factor * width, 1 if factor == 1 else 2))
            channels = factor * width
            layers.append(BasicBlock(channels, channels))
        layers += [nn.AvgPool2d(4), nn.Flatten(), nn.Linear(channels, num_classes)]
        super().__init__(*layers)
