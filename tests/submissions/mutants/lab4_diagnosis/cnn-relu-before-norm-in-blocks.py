# Convolution, ReLU, batch norm; the order is convolution, batch norm, ReLU.
# loses: test-cnn-function
# hint: relu-before-batch-norm
# %% cnn
class ConvNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(64, 128, 256)):
        super().__init__()
        layers, c = [], 3
        for w in widths:
            layers += [nn.Conv2d(c, w, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(w)]
            layers += [nn.Conv2d(w, w, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(w)]
            layers += [nn.MaxPool2d(2), nn.Dropout(0.2)]
            c = w
        self.net = nn.Sequential(
            *layers,
            nn.Flatten(),
            nn.Linear(c * (image_size // 8) ** 2, 512),
            nn.BatchNorm1d(512),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(512, num_classes),
        )

    def forward(self, x):
        return self.net(x)
