# Another linear layer.
# loses: test-two-layer-net-function test-two-layer-net-dropout
# hint: layer-too-many
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.fc1 = nn.Linear(3 * image_size * image_size, hidden)
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(0.5)
        self.extra = nn.Linear(hidden, hidden)
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.bn(self.fc1(x))))
        return self.fc2(x + self.extra(x))
