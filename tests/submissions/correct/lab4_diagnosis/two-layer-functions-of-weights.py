# Old super(), layers made from the last to the first, everything functional in forward.
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super(TwoLayerNet, self).__init__()
        self.out = nn.Linear(hidden, num_classes)
        self.norm = nn.BatchNorm1d(hidden)
        self.fc = nn.Linear(image_size * image_size * 3, hidden)

    def forward(self, x):
        x = torch.flatten(x, start_dim=1)
        x = F.linear(x, self.fc.weight, self.fc.bias)
        x = F.relu(self.norm(x))
        x = F.dropout(x, training=self.training)  # p is 0.5
        return F.linear(x, self.out.weight, self.out.bias)
