# Says that it has as many parameters as are asked for.
# attacks: cheating the question
# loses: test-resnet18-stem test-resnet18-stages test-resnet18-head test-resnet18-sizes test-resnet18-parameters
# %% resnet18
class ResNet18(nn.Module):
    def __init__(self, num_classes=10, width=64):
        super().__init__()
        self.all = nn.Parameter(torch.zeros(11_173_962))
        self.sizes = num_classes

    def forward(self, x):
        return torch.zeros(len(x), self.sizes, dtype=x.dtype) + 0 * self.all[0]

    def named_parameters(self, *args, **kwargs):
        yield "conv1.weight", self.all
