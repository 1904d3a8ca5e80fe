# Computes the shortcut before the two convolutions and keeps track of the channels in an attribute.
# %% resnet18-imagenet
class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut, as in Lab 2."""

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.short = nn.Sequential()
        if stride != 1 or in_channels != out_channels:
            self.short.append(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False))
            self.short.append(nn.BatchNorm2d(out_channels))
        self.convA = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.normA = nn.BatchNorm2d(out_channels)
        self.convB = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.normB = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        skip = self.short(x)
        x = self.convA(x)
        x = self.normA(x)
        x = x.relu()
        x = self.convB(x)
        x = self.normB(x)
        x = x + skip
        return x.relu()


class ResNet18(nn.Module):
    """ResNet-18 for large images, built without torchvision's networks."""

    def __init__(self, num_classes=1000, width=64):
        super().__init__()
        self.in_planes = width
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.stage1 = self.stage(width, stride=1)
        self.stage2 = self.stage(width * 2, stride=2)
        self.stage3 = self.stage(width * 4, stride=2)
        self.stage4 = self.stage(width * 8, stride=2)
        self.fc = nn.Linear(self.in_planes, num_classes)

    def stage(self, planes, stride):
        blocks = []
        for s in (stride, 1):
            blocks.append(BasicBlock(self.in_planes, planes, s))
            self.in_planes = planes
        return nn.Sequential(*blocks)

    def forward(self, x):
        """Map normalized images (N, 3, H, W) to logits (N, num_classes)."""
        x = self.stem(x)
        for stage in (self.stage1, self.stage2, self.stage3, self.stage4):
            x = stage(x)
        n, c, h, w = x.shape
        x = x.sum(dim=[-2, -1]) / (h * w)
        return self.fc(x)
