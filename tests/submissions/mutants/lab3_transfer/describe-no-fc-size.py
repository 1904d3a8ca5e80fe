# Gives fc no size.
# loses: test-architecture-table-sizes
# hint: size-of-fc
# %% architecture-table
def describe(model, image_size):
    """Describe a network stage by stage, as the ResNet paper's table does.

    Parameters
    ----------
    model : nn.Module
        With torchvision's names: conv1, bn1, relu, maxpool, layer1 to layer4 (each an
        nn.Sequential of blocks), avgpool, fc. It is left as it was.
    image_size : int
        Height and width of its input.

    Returns
    -------
    list of dict
        One each for conv1, conv2_x, conv3_x, conv4_x, conv5_x and fc, with the keys
        ``stage`` (str), ``output_size`` (int: height of the stage's output; 1 for fc),
        ``blocks`` (int: how many blocks; 0 for conv1 and fc), ``parameters`` (int) and
        ``macs`` (int: of convolutions and linear layers, for one image).
    """
    stages = {
        "conv1": [model.conv1, model.bn1],
        "conv2_x": [model.layer1],
        "conv3_x": [model.layer2],
        "conv4_x": [model.layer3],
        "conv5_x": [model.layer4],
        "fc": [model.fc],
    }
    positions, sizes = {}, {}

    def note(module, _, output):
        sizes[module] = output.shape[-1] if output.ndim == 4 else 1
        positions[module] = output[0, 0].numel()

    handles = [module.register_forward_hook(note) for module in model.modules()]
    was_training = [module.training for module in model.modules()]
    weight = model.conv1.weight
    with torch.no_grad():
        model.eval()(weight.new_zeros(1, 3, image_size, image_size))
    for module, training in zip(model.modules(), was_training):
        module.training = training
    for handle in handles:
        handle.remove()
    rows = []
    for stage, parts in stages.items():
        layers = [layer for part in parts for layer in part.modules()]
        counted = [m for m in layers if isinstance(m, (nn.Conv2d, nn.Linear))]
        rows.append(
            {
                "stage": stage,
                "output_size": None if stage == "fc" else sizes[parts[0]],
                "blocks": len(parts[0]) if stage.endswith("_x") else 0,
                "parameters": sum(p.numel() for m in parts for p in m.parameters()),
                "macs": sum(m.weight.numel() * positions[m] for m in counted),
            }
        )
    return rows
