# Type checks on arguments, float32 checks on the input, channels-last inside.
# %% basic-block
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, *, norm=nn.BatchNorm2d):
        super().__init__()
        assert isinstance(in_channels, int) and isinstance(out_channels, int)
        assert stride in (1, 2), stride
        self.in_channels, self.out_channels, self.stride = in_channels, out_channels, stride
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = norm(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = norm(out_channels)
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), norm(out_channels)
            )
        else:
            self.downsample = None

    def forward(self, x):
        n, c, h, w = x.shape
        assert x.dtype == torch.float32, x.dtype
        assert c == self.in_channels and h % self.stride == 0 and w % self.stride == 0
        x = x.contiguous(memory_format=torch.channels_last)
        identity = x if self.downsample is None else self.downsample(x)
        out = F.relu(self.bn1(self.conv1(x)), inplace=True)
        out = self.bn2(self.conv2(out))
        out += identity
        out = F.relu(out, inplace=True)
        assert out.shape == (n, self.out_channels, h // self.stride, w // self.stride)
        return out
