# Returns an optimizer.
# loses: test-freeze-groups
# hint: groups-are-optimizer
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
    return optim.RMSprop([{"params": backbone, "lr": backbone_lr}, {"params": head, "lr": head_lr}])
