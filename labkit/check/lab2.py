"""Checks of Lab 2: ResNet-18 on color images."""

FORBIDDEN = {
    "torchvision.models": "you build the network yourself.",
    "timm": "you build the network yourself.",
    "tensorflow": "it is about PyTorch.",
    "keras": "it is about PyTorch.",
}
"""Modules that submissions must do without, and why."""

PRELOAD = ("torch", "torchvision", "torchvision.transforms.v2", "labkit.check.probes")
"""What the sandbox imports once for all submissions."""
