# Wraps torchvision's network.
# loses: test-resnet18-imagenet-stem test-resnet18-imagenet-stages test-resnet18-imagenet-head test-resnet18-imagenet-parameters
# hint: network-ready-made
# %% resnet18-imagenet
class BasicBlock(nn.Module):
    pass


class ResNet18(nn.Module):
    def __init__(self, num_classes=1000, width=64):
        super().__init__()
        self.net = torchvision.models.resnet18(weights=None, num_classes=num_classes)

    def forward(self, x):
        return self.net(x)
