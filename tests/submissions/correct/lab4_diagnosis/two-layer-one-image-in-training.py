# Leaves batch norm out where a batch in train mode holds a single image.
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.fc1 = nn.Linear(image_size * image_size * 3, hidden, bias=False)
        self.bn1 = nn.BatchNorm1d(hidden)
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        x = self.fc1(x)
        if len(x) > 1 or not self.training:
            x = self.bn1(x)
        x = torch.relu(x)
        x = F.dropout(x, p=0.5, training=self.training)
        return self.fc2(x)
