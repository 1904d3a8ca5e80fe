# The shortcut runs first, and is defined last.
# %% basic-block
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv_b = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.norm_b = nn.BatchNorm2d(out_channels)
        self.conv_a = nn.Conv2d(
            in_channels, out_channels, 3, padding=1, stride=stride, bias=False
        )
        self.norm_a = nn.BatchNorm2d(out_channels)
        self.project = None
        if stride > 1 or in_channels != out_channels:
            self.project_norm = nn.BatchNorm2d(out_channels)
            self.project = nn.Conv2d(
                in_channels, out_channels, 1, stride=stride, bias=False
            )

    def forward(self, x):
        identity = x
        if self.project is not None:
            identity = self.project_norm(self.project(x))
        x = torch.relu(self.norm_a(self.conv_a(x)))
        return torch.relu(identity + self.norm_b(self.conv_b(x)))
