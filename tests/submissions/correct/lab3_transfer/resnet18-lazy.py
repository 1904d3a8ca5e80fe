# Layers that find out their input channels.
# %% resnet18-imagenet
class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.LazyConv2d(out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.LazyBatchNorm2d()
        self.conv2 = nn.LazyConv2d(out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.LazyBatchNorm2d()
        if in_channels != out_channels:
            self.conv3 = nn.LazyConv2d(out_channels, 1, stride, bias=False)
            self.bn3 = nn.LazyBatchNorm2d()
        else:
            self.conv3 = None

    def forward(self, X):
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.bn3(self.conv3(X))
        Y += X
        return F.relu(Y)


class ResNet18(nn.Module):
    def __init__(self, num_classes=1000, width=64):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(width, 7, 2, 3, bias=False), nn.LazyBatchNorm2d(), nn.ReLU(),
            nn.MaxPool2d(3, 2, 1))
        c = width
        for i, (num, channels) in enumerate(((2, width), (2, 2*width), (2, 4*width), (2, 8*width))):
            stage = []
            for j in range(num):
                stage.append(BasicBlock(c, channels, 2 if i and not j else 1))
                c = channels
            self.net.add_module(f"b{i+2}", nn.Sequential(*stage))
        self.net.add_module("last", nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.LazyLinear(num_classes)))

    def forward(self, x):
        return self.net(x)
