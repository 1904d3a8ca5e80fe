# Gets the builder with getattr, filters the state dict by a comprehension, and asserts that nothing but the head is missing.
# %% replace-head
def make_classifier(arch: str, num_classes: int, weights: str | None = None) -> nn.Module:
    """Take torchvision's network, perhaps its weights, and give it a new head."""
    assert arch in ("resnet18", "resnet50"), f"unknown network {arch!r}"
    build = getattr(models, arch)
    from_file = weights is not None and Path(weights).suffix == ".safetensors"
    net = build(weights=None if from_file else weights)
    if from_file:
        backbone = {k: v for k, v in load_file(weights).items() if not k.startswith("fc.")}
        missing, unexpected = net.load_state_dict(backbone, strict=False)
        assert set(missing) == {"fc.weight", "fc.bias"} and not unexpected
    head = nn.Linear(net.fc.in_features, num_classes)
    setattr(net, "fc", head)
    return net
