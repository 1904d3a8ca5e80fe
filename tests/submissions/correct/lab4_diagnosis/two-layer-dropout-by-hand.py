# Draws a mask of its own for each number.
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.fc1 = nn.Linear(image_size * image_size * 3, hidden, bias=False)
        self.bn1 = nn.BatchNorm1d(hidden)
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        x = torch.relu(self.bn1(self.fc1(x)))
        if self.training:
            x = x * (torch.rand_like(x) > 0.5) * 2
        return self.fc2(x)
