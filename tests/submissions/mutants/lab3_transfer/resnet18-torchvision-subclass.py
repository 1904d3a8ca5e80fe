# Takes torchvision's network as a base class.
# loses: test-resnet18-imagenet-stem test-resnet18-imagenet-stages test-resnet18-imagenet-head test-resnet18-imagenet-parameters
# hint: network-ready-made
# %% resnet18-imagenet
class BasicBlock(nn.Module):
    pass


class ResNet18(models.ResNet):
    def __init__(self, num_classes=1000, width=64):
        super().__init__(models.resnet.BasicBlock, [2, 2, 2, 2], num_classes=num_classes)
