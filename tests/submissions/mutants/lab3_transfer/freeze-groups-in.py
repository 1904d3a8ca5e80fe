# Asks whether a tensor is in a list.
# loses: test-freeze-groups
# hint: tensors-in-a-list
# %% freeze
def freeze_backbone(model):
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith("fc.")
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def parameter_groups(model, backbone_lr, head_lr):
    named = list(model.named_parameters())
    head = list(model.fc.parameters())
    backbone = [p for p in model.parameters() if p not in head]
    return [
        {"params": backbone, "lr": backbone_lr},
        {"params": head, "lr": head_lr},
    ]
