# Calls the block by keywords; averages by hand.
# %% resnet18
class ResNet18(nn.Module):
    def __init__(self, num_classes=10, width=64):
        super().__init__()
        self.stem = nn.Conv2d(
            in_channels=3, out_channels=width, kernel_size=3, padding="same", bias=False
        )
        self.stem_norm = nn.BatchNorm2d(width)
        self.blocks = nn.ModuleList()
        channels = width
        for stage in range(4):
            for position in range(2):
                out_channels = width << stage
                stride = 2 if stage > 0 and position == 0 else 1
                self.blocks.append(
                    BasicBlock(
                        in_channels=channels, out_channels=out_channels, stride=stride
                    )
                )
                channels = out_channels
        self.classify = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.stem_norm(self.stem(x)).relu()
        for block in self.blocks:
            x = block(x)
        x = x.reshape(x.shape[0], x.shape[1], -1).sum(-1) / (x.shape[2] * x.shape[3])
        return self.classify(x)
