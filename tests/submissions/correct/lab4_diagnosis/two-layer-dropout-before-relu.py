# Drops before the ReLU: the same, as ReLU keeps 0.
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(3 * image_size**2, hidden),
            nn.BatchNorm1d(hidden),
            nn.Dropout(0.5),
            nn.ReLU(),
        )
        self.head = nn.Linear(hidden, num_classes)

    def forward(self, x):
        return self.head(self.net(x.permute(0, 2, 3, 1).reshape(len(x), -1)))
