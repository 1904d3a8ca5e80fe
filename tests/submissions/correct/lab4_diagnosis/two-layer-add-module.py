# Layers registered by name; ReLU as a clamp, dropout as a function.
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        for name, part in (
            ("fc", nn.Linear(3 * image_size**2, hidden)),
            ("bn", nn.BatchNorm1d(hidden)),
            ("out", nn.Linear(hidden, num_classes)),
        ):
            self.add_module(name, part)

    def forward(self, x):
        x = self.bn(self.fc(x.reshape(x.size(0), -1))).clamp(min=0)
        return self.out(F.dropout(x, 0.5, self.training))
