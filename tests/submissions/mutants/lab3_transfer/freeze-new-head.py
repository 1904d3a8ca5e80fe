# Puts a new head in.
# loses: test-freeze-backbone
# hint: head-not-kept
# %% freeze
def freeze_backbone(model):
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, model.fc.out_features).to(model.fc.weight)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def parameter_groups(model, backbone_lr, head_lr):
    named = list(model.named_parameters())
    backbone = [p for name, p in named if not name.startswith("fc.")]
    head = [p for name, p in named if name.startswith("fc.")]
    return [
        {"params": backbone, "lr": backbone_lr},
        {"params": head, "lr": head_lr},
    ]
