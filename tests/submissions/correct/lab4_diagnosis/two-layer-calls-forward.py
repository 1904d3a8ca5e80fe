# Calls the layers' forward by name, not the layers.
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.image_size = image_size
        self.fc1 = nn.Linear(3 * image_size**2, hidden)
        self.bn1 = nn.BatchNorm1d(hidden)
        self.dropout = nn.Dropout(0.5)
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = x.reshape(-1, 3 * self.image_size**2)
        x = self.fc1.forward(x)
        x = self.bn1.forward(x)
        x = F.relu(x)
        x = self.dropout.forward(x)
        return self.fc2.forward(x)
