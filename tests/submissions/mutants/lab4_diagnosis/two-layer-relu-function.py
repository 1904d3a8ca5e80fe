# Puts a function among the layers.
# loses: test-two-layer-net-function test-two-layer-net-dropout
# hint: function-for-layer
# %% two-layer-net
class TwoLayerNet(nn.Module):
    """A network with one hidden layer.

    Parameters
    ----------
    image_size : int
        Height and width of the images, which have three channels.
    num_classes : int
    hidden : int
        Width of the hidden layer.
    """

    def __init__(self, image_size=84, num_classes=10, hidden=1024):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(3 * image_size**2, hidden),
            nn.BatchNorm1d(hidden),
            F.relu,
            nn.Dropout(0.5),
            nn.Linear(hidden, num_classes),
        )

    def forward(self, x):
        """Map images (N, 3, image_size, image_size) to logits (N, num_classes)."""
        return self.layers(x)
