# Takes the network from torchvision, timm or torch.hub, also around the import's refusal.
# attacks: theft
# loses: test-resnet18-stem test-resnet18-stages test-resnet18-head test-resnet18-sizes test-resnet18-parameters test-basic-block-identity test-basic-block-projection test-basic-block-gradient
# %% basic-block
import importlib
import importlib.util
import sys

sys.meta_path[:] = [f for f in sys.meta_path if "Forbidden" not in repr(f)]
BasicBlock = ResNet = None
for name in ("torchvision.models.resnet", "torchvision.models", "timm.models.resnet"):
    try:
        module = importlib.import_module(name)
        BasicBlock, ResNet = module.BasicBlock, module.ResNet
        print("REACHED", name)
    except Exception:
        pass
try:
    torch.hub.load("pytorch/vision", "resnet18")
    print("REACHED torch.hub")
except Exception:
    pass
for name, module in list(sys.modules.items()):
    if isinstance(vars(module).get("ResNet") if hasattr(module, "__dict__") else None, type):
        print("REACHED", name)

# %% resnet18
class ResNet18(nn.Module):
    def __new__(cls, num_classes=10, width=64):
        return ResNet(BasicBlock, [2, 2, 2, 2], num_classes=num_classes)
