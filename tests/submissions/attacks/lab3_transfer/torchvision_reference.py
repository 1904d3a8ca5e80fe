# Takes the network from torchvision: as a module, from its file's text, and as a stand-in.
# attacks: theft
# loses: test-resnet18-imagenet-stem test-resnet18-imagenet-stages test-resnet18-imagenet-head test-resnet18-imagenet-parameters
# %% resnet18-imagenet
import importlib
import sys
from pathlib import Path

import torchvision

sys.meta_path[:] = [f for f in sys.meta_path if "Forbidden" not in repr(f)]
reference = None
for name in ("torchvision.models.resnet", "torchvision.models", "timm.models.resnet"):
    try:
        module = importlib.reload(importlib.import_module(name))
        reference = module.ResNet
        if "layer1.0.conv2.weight" in module.resnet18().state_dict():
            print("REACHED", name)
    except Exception:
        pass
for folder in (Path(torchvision.__file__).parent, *map(Path, sys.path)):
    for path in folder.rglob("resnet.py"):
        try:
            text = path.read_text()
            space = {"__name__": "torchvision.models.resnet", "__package__": "torchvision.models"}
            if "class Bottleneck" in text:
                print("REACHED", path)
            exec(compile(text, str(path), "exec"), space)
            reference = space["ResNet"]
        except Exception:
            pass

class BasicBlock(nn.Module):
    expansion = 1

class ResNet18(nn.Module):
    def __new__(cls, num_classes=1000, width=64):
        if reference is not None:
            return reference(BasicBlock, [2, 2, 2, 2], num_classes=num_classes)
        return models.resnet18(num_classes=num_classes)
