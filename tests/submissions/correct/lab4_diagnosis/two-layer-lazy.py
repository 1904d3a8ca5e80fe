# Lazy layers find the input's size themselves; dropout before ReLU is the same thing.
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.body = nn.Sequential(
            nn.LazyLinear(hidden), nn.LazyBatchNorm1d(), nn.Dropout(0.5), nn.ReLU()
        )
        self.head = nn.LazyLinear(num_classes)

    def forward(self, x):
        return self.head(self.body(torch.flatten(x, start_dim=1)))
