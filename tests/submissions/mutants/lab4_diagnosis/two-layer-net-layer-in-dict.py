# The last layer in a Python dict.
# loses: test-two-layer-net-function
# hint: layer-not-registered
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.parts = {"out": nn.Linear(hidden, num_classes)}
        self.fc = nn.Linear(3 * image_size**2, hidden)
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = self.fc(x.flatten(1))
        return self.parts["out"](self.drop(F.relu(self.bn(x))))
