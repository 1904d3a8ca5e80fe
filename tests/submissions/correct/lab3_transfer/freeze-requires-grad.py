# Freezes all, then the head again; puts all in eval mode.
# %% freeze
def freeze_backbone(model):
    model.requires_grad_(False)
    model.fc.requires_grad_(True)
    model.eval()


def parameter_groups(model, backbone_lr, head_lr):
    head = set(model.fc.parameters())
    return [
        dict(params=[p for p in model.parameters() if p not in head], lr=backbone_lr),
        dict(params=list(model.fc.parameters()), lr=head_lr),
    ]
