# Returns tensors that answer every question about them with yes.
# attacks: impostors
# loses: test-channel-stats-mean test-channel-stats-std test-basic-block-identity test-basic-block-projection test-basic-block-gradient
# %% channel-stats
import torch


class Yes(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "")
        if name in ("allclose", "equal", "isclose", "__eq__", "eq"):
            return True
        return torch.zeros(3).as_subclass(cls)

    def __array__(self, *args, **kwargs):
        return np.zeros(3)

    def __eq__(self, other):
        return True


def channel_stats(images):
    return torch.zeros(3).as_subclass(Yes), torch.ones(3).as_subclass(Yes)

# %% basic-block
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return (x * self.weight).as_subclass(Yes)
