# Flattens as if images were gray.
# loses: test-two-layer-net-function test-two-layer-net-dropout
# hint: linear-input-size
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.fc1 = nn.Linear(image_size * image_size, hidden)
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(0.5)
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.bn(self.fc1(x))))
        return self.fc2(x)
