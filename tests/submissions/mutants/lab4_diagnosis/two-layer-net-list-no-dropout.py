# Linear layers in a Python list, and the dropout is never called.
# loses: test-two-layer-net-function test-two-layer-net-dropout
# hint: layer-not-registered dropout-missing
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.fcs = [nn.Linear(3 * image_size**2, hidden), nn.Linear(hidden, num_classes)]
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = self.fcs[0](x.flatten(1))
        return self.fcs[1](F.relu(self.bn(x)))
