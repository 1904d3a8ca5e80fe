# Loads published weights by hand.
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    model = models.get_model(arch)
    state = {}
    if weights is not None:
        if Path(weights).suffix == ".safetensors":
            state = load_file(weights, device="cpu")
        else:
            state = models.get_model_weights(arch)[weights].get_state_dict(progress=False)
    state = {k: v for k, v in state.items() if not k.startswith("fc")}
    model.load_state_dict(state, strict=False)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
