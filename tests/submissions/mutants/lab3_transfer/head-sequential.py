# Puts dropout before the head.
# loses: test-replace-head-classes test-replace-head-file test-replace-head-name
# hint: head-wrapped
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    if weights is not None and str(weights).endswith(".safetensors"):
        model = models.get_model(arch, weights=None)
        state = {k: v for k, v in load_file(weights).items() if not k.startswith("fc.")}
        missing, unexpected = model.load_state_dict(state, strict=False)
        if unexpected or set(missing) - {"fc.weight", "fc.bias"}:
            raise ValueError(f"{weights} does not hold the weights of a {arch}")
    else:
        model = models.get_model(arch, weights=weights)
    model.fc = nn.Sequential(nn.Dropout(0.2), nn.Linear(model.fc.in_features, num_classes))
    return model
