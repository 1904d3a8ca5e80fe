# Loads every tensor whose shape fits, after the new head.
# loses: test-replace-head-file
# hint: head-not-new
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    if weights is not None and str(weights).endswith(".safetensors"):
        model = models.get_model(arch, weights=None)
        model.fc = nn.Linear(model.fc.in_features, num_classes)
        own = model.state_dict()
        state = {k: v for k, v in load_file(weights).items() if v.shape == own[k].shape}
        model.load_state_dict(state, strict=False)
    else:
        model = models.get_model(arch, weights=weights)
        model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
