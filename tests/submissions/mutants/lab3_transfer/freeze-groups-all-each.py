# Makes a group for each parameter.
# loses: test-freeze-groups
# hint: groups-not-two
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
    return [{"params": [p], "lr": head_lr if n.startswith("fc") else backbone_lr} for n, p in named]
