# Layers in a Python list.
# loses: test-two-layer-net-function
# hint: layer-not-registered
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.fc1 = nn.Linear(3 * image_size * image_size, hidden)
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(0.5)
        self.fc2 = [nn.Linear(hidden, num_classes)]

    def forward(self, x):
        x = x.flatten(1)
        x = self.drop(F.relu(self.bn(self.fc1(x))))
        return self.fc2[0](x.float()) if x.dtype == torch.float32 else self.fc2[0].double()(x)
