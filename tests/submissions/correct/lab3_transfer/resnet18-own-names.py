# Other names, and sequences of layers.
# %% resnet18-imagenet
class BasicBlock(nn.Module):
    def __init__(self, ch_in, ch_out, stride=1):
        super(BasicBlock, self).__init__()
        self.conv1 = nn.Conv2d(ch_in, ch_out, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(ch_out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(ch_out, ch_out, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(ch_out)
        self.side = nn.Sequential()
        if stride != 1 or ch_in != ch_out:
            self.side.append(nn.Conv2d(ch_in, ch_out, 1, stride=stride, bias=False))
            self.side.append(nn.BatchNorm2d(ch_out))

    def forward(self, inputs):
        x = self.relu(self.bn1(self.conv1(inputs)))
        x = self.bn2(self.conv2(x))
        x = x + self.side(inputs)
        return self.relu(x)


class ResNet18(nn.Module):
    def __init__(self, num_classes=1000, width=64):
        super(ResNet18, self).__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, kernel_size=7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.body = nn.Sequential(
            self.build(width, width, 2, 1),
            self.build(width, 2 * width, 2, 2),
            self.build(2 * width, 4 * width, 2, 2),
            self.build(4 * width, 8 * width, 2, 2),
        )
        self.last = nn.Linear(8 * width, num_classes)

    def build(self, ch_in, ch_out, count, stride):
        layers = [BasicBlock(ch_in, ch_out, stride)]
        for _ in range(1, count):
            layers.append(BasicBlock(ch_out, ch_out))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.body(self.stem(x))
        return self.last(x.mean(dim=(2, 3)))
