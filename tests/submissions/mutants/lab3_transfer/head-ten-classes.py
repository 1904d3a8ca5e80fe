# Ten classes, whatever the number that comes in.
# loses: test-replace-head-classes test-replace-head-file test-replace-head-name
# hint: classes-ignored
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    """Take torchvision's network, perhaps its weights, and give it a new head.

    Parameters
    ----------
    arch : {'resnet18', 'resnet50'}
    num_classes : int
    weights : str, optional
        Path of a file in the safetensors format (it ends in ``.safetensors``), with a
        state dict of this network, whatever its number of classes; or the name of
        torchvision's weights, such as ``IMAGENET1K_V1``; or None for random weights.

    Returns
    -------
    nn.Module
        torchvision's network, all of it trainable. Its backbone has the weights (batch
        norm's averages included); ``fc`` is a new nn.Linear, whatever the weights.
    """
    if weights is not None and str(weights).endswith(".safetensors"):
        model = models.get_model(arch, weights=None)
        state = {k: v for k, v in load_file(weights).items() if not k.startswith("fc.")}
        missing, unexpected = model.load_state_dict(state, strict=False)
        if unexpected or set(missing) - {"fc.weight", "fc.bias"}:
            raise ValueError(f"{weights} does not hold the weights of a {arch}")
    else:
        model = models.get_model(arch, weights=weights)
    model.fc = nn.Linear(model.fc.in_features, 10)
    return model
