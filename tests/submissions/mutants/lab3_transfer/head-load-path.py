# Gives load_state_dict a path.
# loses: test-replace-head-file
# hint: path-not-loaded
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    if weights is not None and str(weights).endswith(".safetensors"):
        model = models.get_model(arch, weights=None)
        model.load_state_dict(weights)
    else:
        model = models.get_model(arch, weights=weights)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
