# Hands iterators over.
# %% freeze
def freeze_backbone(model):
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith("fc.")
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def parameter_groups(model, backbone_lr, head_lr):
    named = list(model.named_parameters())
    backbone = [p for name, p in named if not name.startswith("fc.")]
    head = [p for name, p in named if name.startswith("fc.")]
    return [
        {"params": (p for n, p in model.named_parameters() if "fc" not in n), "lr": backbone_lr},
        {"params": model.fc.parameters(), "lr": head_lr},
    ]
