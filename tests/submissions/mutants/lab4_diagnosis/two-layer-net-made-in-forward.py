# Makes the last layer anew in each forward pass.
# loses: test-two-layer-net-function test-two-layer-net-dropout
# hint: layer-not-registered
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.fc = nn.Linear(3 * image_size**2, hidden)
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(0.5)
        self.num_classes = num_classes

    def forward(self, x):
        x = self.drop(F.relu(self.bn(self.fc(x.flatten(1)))))
        return nn.Linear(x.shape[1], self.num_classes)(x)
