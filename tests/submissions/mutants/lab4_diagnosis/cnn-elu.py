# Takes another activation.
# loses: test-cnn-function
# hint: not-relu
# %% cnn
class ConvNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(64, 128, 256)):
        super().__init__()
        layers, i = [], 3
        for w in widths:
            layers += [nn.Conv2d(i, w, 3, padding=1), nn.BatchNorm2d(w), nn.ELU()]
            layers += [nn.Conv2d(w, w, 3, padding=1), nn.BatchNorm2d(w), nn.ELU()]
            layers += [nn.MaxPool2d(2), nn.Dropout(0.25)]
            i = w
        self.features = nn.Sequential(*layers)
        self.fc = nn.Linear(widths[-1] * (image_size // 8) ** 2, 512)
        self.bn = nn.BatchNorm1d(512)
        self.out = nn.Linear(512, num_classes)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = self.features(x).flatten(1)
        x = self.drop(F.elu(self.bn(self.fc(x))))
        return self.out(x)
