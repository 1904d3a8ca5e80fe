# Goes through the children; groups are generators.
# %% freeze
def freeze_backbone(model):
    for name, child in model.named_children():
        if name != "fc":
            for p in child.parameters():
                p.requires_grad_(False)
            child.eval()
    return model


def parameter_groups(model, backbone_lr, head_lr):
    def backbone():
        for name, child in model.named_children():
            if name != "fc":
                yield from child.parameters()

    return (
        {"params": backbone(), "lr": backbone_lr},
        {"params": model.fc.parameters(), "lr": head_lr},
    )
