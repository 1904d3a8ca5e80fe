# Freezes the backbone while it makes the groups.
# loses: test-freeze-groups
# hint: groups-freeze
# %% freeze
def freeze_backbone(model):
    """Freeze all of a network but its head, in place.

    Parameters
    ----------
    model : nn.Module
        With a head named ``fc``. Afterwards only the head's parameters train, and all
        batch norms are in eval mode, until the next ``model.train()``.
    """
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith("fc.")
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def parameter_groups(model, backbone_lr, head_lr):
    """Groups of parameters for an optimizer, with a learning rate each.

    Parameters
    ----------
    model : nn.Module
        With a head named ``fc``.
    backbone_lr, head_lr : float

    Returns
    -------
    list of dict
        Two, for the backbone and for the head, with ``params`` and ``lr``. Each of the
        model's parameters is in exactly one.
    """
    named = list(model.named_parameters())
    backbone = [p for name, p in named if not name.startswith("fc.")]
    head = [p for name, p in named if name.startswith("fc.")]
    for p in backbone:
        p.requires_grad = False
    return [
        {"params": backbone, "lr": backbone_lr},
        {"params": head, "lr": head_lr},
    ]
