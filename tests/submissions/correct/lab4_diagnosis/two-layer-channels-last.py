# Flattens with the channels last, and starts from He's weights.
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.hidden_layer = nn.Linear(3 * image_size**2, hidden)
        self.norm = nn.BatchNorm1d(hidden, eps=1e-4)
        self.act = nn.ReLU(inplace=True)
        self.drop = nn.Dropout()
        self.out = nn.Linear(hidden, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
                nn.init.zeros_(m.bias)

    def forward(self, x):
        x = x.permute(0, 2, 3, 1).flatten(1)
        x = self.drop(self.act(self.norm(self.hidden_layer(x))))
        return self.out(x)
