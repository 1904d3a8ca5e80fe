# All layers in a Python list, the dropout among them.
# loses: test-two-layer-net-function
# hint: layer-not-registered
# %% two-layer-net
class TwoLayerNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.steps = [
            nn.Flatten(),
            nn.Linear(3 * image_size * image_size, hidden),
            nn.BatchNorm1d(hidden),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(hidden, num_classes),
        ]

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x
