# max_pool2d as a function, dropout before the pool, a flatten with channels last.
# %% cnn
class ConvNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(64, 128, 256)):
        super().__init__()
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        n = 3
        for w in widths:
            for _ in range(2):
                self.convs.append(nn.Conv2d(n, w, 3, 1, 1))
                self.norms.append(nn.BatchNorm2d(w))
                n = w
        for _ in widths:
            image_size //= 2
        self.fc1 = nn.Sequential(nn.LazyLinear(512), nn.BatchNorm1d(512), nn.ReLU())
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x):
        for i in range(0, 6, 2):
            for k in (i, i + 1):
                x = F.relu(self.norms[k](self.convs[k](x)))
            x = F.dropout(x, 0.25, self.training)
            x = F.max_pool2d(x, 2)
        x = x.permute(0, 2, 3, 1).reshape(len(x), -1)
        return self.fc2(F.dropout(self.fc1(x), 0.4, self.training))
