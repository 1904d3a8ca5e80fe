# Finds the flattened size by sending an image through; padding "same".
# %% cnn
def conv_block(n_in, n_out, p):
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, (3, 3), padding="same"),
        nn.BatchNorm2d(n_out),
        nn.ReLU(inplace=True),
        nn.Conv2d(n_out, n_out, (3, 3), padding="same"),
        nn.BatchNorm2d(n_out),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Dropout(p),
    )


class ConvNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(64, 128, 256)):
        super().__init__()
        channels = [3, *widths]
        rates = (0.2, 0.3, 0.4)
        self.blocks = nn.Sequential(*map(conv_block, channels, widths, rates))
        with torch.no_grad():
            flat = self.blocks(torch.zeros(2, 3, image_size, image_size)).flatten(1).shape[1]
        self.fc = nn.Linear(flat, 512)
        self.bn = nn.BatchNorm1d(512)
        self.dropout = nn.Dropout(0.5)
        self.out = nn.Linear(512, num_classes)

    def forward(self, x):
        x = self.blocks(x)
        x = self.fc(torch.flatten(x, 1))
        return self.out(self.dropout(F.relu(self.bn(x))))
