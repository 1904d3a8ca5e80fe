# Leaves fc out and forgets strict=False.
# loses: test-replace-head-file
# hint: head-not-in-file
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    if weights is not None and str(weights).endswith(".safetensors"):
        model = models.get_model(arch, weights=None)
        state = {k: v for k, v in load_file(weights).items() if not k.startswith("fc.")}
        missing, unexpected = model.load_state_dict(state, strict=True)
        if unexpected or set(missing) - {"fc.weight", "fc.bias"}:
            raise ValueError(f"{weights} does not hold the weights of a {arch}")
    else:
        model = models.get_model(arch, weights=weights)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
