# Calls the builders, and takes names by their classes.
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    build = {"resnet18": models.resnet18, "resnet50": models.resnet50}[arch]
    kinds = {"resnet18": models.ResNet18_Weights, "resnet50": models.ResNet50_Weights}
    from_file = weights is not None and Path(weights).exists()
    if weights is None or from_file:
        model = build()
    else:
        model = build(weights=kinds[arch][weights])
    model.fc = nn.Linear(in_features=model.fc.in_features, out_features=num_classes)
    if from_file:
        state = load_file(weights)
        del state["fc.weight"], state["fc.bias"]
        model.load_state_dict(state, strict=False)
    return model
