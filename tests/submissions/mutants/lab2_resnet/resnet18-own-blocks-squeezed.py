# Writes the network without BasicBlock, and squeezes the pooled features.
# loses: test-resnet18-head
# hint: batch-axis-dropped
# %% resnet18
class Residual(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.a = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.an = nn.BatchNorm2d(cout)
        self.b = nn.Conv2d(cout, cout, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(cout)
        self.side = nn.Sequential()
        if stride != 1 or cin != cout:
            self.side.append(nn.Conv2d(cin, cout, 1, stride, bias=False))
            self.side.append(nn.BatchNorm2d(cout))

    def forward(self, x):
        y = self.bn(self.b(F.relu(self.an(self.a(x)))))
        return F.relu(y + self.side(x))


class ResNet18(nn.Module):
    def __init__(self, num_classes=10, width=64):
        super().__init__()
        w = width
        self.stem = nn.Sequential(
            nn.Conv2d(3, w, 3, 1, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU(True)
        )
        self.body = nn.Sequential(
            Residual(w, w, 1),
            Residual(w, w, 1),
            Residual(w, 2 * w, 2),
            Residual(2 * w, 2 * w, 1),
            Residual(2 * w, 4 * w, 2),
            Residual(4 * w, 4 * w, 1),
            Residual(4 * w, 8 * w, 2),
            Residual(8 * w, 8 * w, 1),
        )
        self.head = nn.Linear(8 * w, num_classes)

    def forward(self, x):
        x = self.body(self.stem(x))
        return self.head(F.adaptive_avg_pool2d(x, 1).squeeze())
