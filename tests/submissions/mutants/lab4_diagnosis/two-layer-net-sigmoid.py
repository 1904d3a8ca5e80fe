# Sigmoid in place of ReLU.
# loses: test-two-layer-net-function
# hint: not-relu
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(3 * image_size * image_size, hidden),
            nn.BatchNorm1d(hidden),
            nn.Sigmoid(),
            nn.Dropout(0.5),
            nn.Linear(hidden, num_classes),
        )

    def forward(self, x):
        return self.layers(x)
