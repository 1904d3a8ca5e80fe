# Convolutions are bare nn.Parameters used with F.conv2d; the shortcut's stride is done by F.conv2d too.
# %% basic-block
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        self.weight1 = nn.Parameter(torch.empty(out_channels, in_channels, 3, 3))
        self.weight2 = nn.Parameter(torch.empty(out_channels, out_channels, 3, 3))
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.norm2 = nn.BatchNorm2d(out_channels)
        if stride == 1 and in_channels == out_channels:
            self.register_parameter("weight_s", None)
            self.norm_s = None
        else:
            self.weight_s = nn.Parameter(torch.empty(out_channels, in_channels, 1, 1))
            self.norm_s = nn.BatchNorm2d(out_channels)
        for w in (self.weight1, self.weight2, self.weight_s):
            if w is not None:
                nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu")

    def f(self, x):
        h = F.conv2d(x, self.weight1, bias=None, stride=self.stride, padding=1)
        h = torch.relu(self.norm1(h))
        h = F.conv2d(h, self.weight2, bias=None, stride=1, padding=1)
        return self.norm2(h)

    def s(self, x):
        if self.weight_s is None:
            return x
        return self.norm_s(F.conv2d(x, self.weight_s, stride=self.stride))

    def forward(self, x):
        return torch.relu(self.f(x) + self.s(x))
