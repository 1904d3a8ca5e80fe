# Puts other outputs in place of a layer's, with hooks on every module and tensor.
# attacks: the interpreter
# loses: test-basic-block-identity test-basic-block-projection test-basic-block-gradient
# %% basic-block
import torch

kept = {}


def replace(module, args, output):
    if args and torch.is_tensor(args[0]) and torch.is_tensor(output):
        return kept.setdefault(tuple(output.shape), output.detach().clone())


torch.nn.modules.module.register_module_forward_hook(replace)
torch.nn.modules.module.register_module_full_backward_hook(lambda *args: None)

class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        return self.bn1(self.conv1(x)).relu()
