# Stage 4 has 512 channels whatever the width is.
# loses: test-resnet18-sizes
# hint: width-ignored
# %% resnet18
class ResNet18(nn.Module):
    def __init__(self, num_classes=10, width=64):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        layers, c = [], width
        for k in range(4):
            out = 512 if k == 3 else width << k
            layers += [BasicBlock(c, out, 2 if k else 1), BasicBlock(out, out)]
            c = out
        self.layers = nn.Sequential(*layers)
        self.fc = nn.Linear(c, num_classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layers(x).mean((2, 3))
        return self.fc(x)
