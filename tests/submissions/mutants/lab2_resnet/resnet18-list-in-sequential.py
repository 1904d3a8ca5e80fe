# Hands nn.Sequential a list.
# loses: test-resnet18-stem test-resnet18-stages test-resnet18-head test-resnet18-sizes test-resnet18-parameters
# hint: layers-not-unpacked
# %% resnet18
class ResNet18(nn.Module):
    """ResNet-18 for small images.

    Parameters
    ----------
    num_classes : int
    width : int
        Channels of the stem and of the first stage.
    """

    def __init__(self, num_classes=10, width=64):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels, blocks = width, []
        for out_channels, stride in zip((1, 2, 4, 8), (1, 2, 2, 2)):
            blocks.append(BasicBlock(channels, width * out_channels, stride))
            channels = width * out_channels
            blocks.append(BasicBlock(channels, channels))
        self.stages = nn.Sequential(blocks)
        self.fc = nn.Linear(channels, num_classes)

    def forward(self, x):
        """Map normalized images (N, 3, H, W) to logits (N, num_classes)."""
        features = self.stages(F.relu(self.bn1(self.conv1(x))))
        return self.fc(features.mean(dim=(2, 3)))
