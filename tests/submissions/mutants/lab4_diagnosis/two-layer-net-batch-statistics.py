# Batch norm that keeps no running statistics.
# loses: test-two-layer-net-function
# hint: statistics-of-the-batch
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.fc1 = nn.Linear(3 * image_size * image_size, hidden)
        self.bn = nn.BatchNorm1d(hidden, track_running_stats=False)
        self.drop = nn.Dropout(0.5)
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.bn(self.fc1(x))))
        return self.fc2(x)
