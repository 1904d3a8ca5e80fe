# Knows the numbers of features, and removes the file's head.
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    features = {"resnet18": 512, "resnet50": 2048}[arch]
    if weights and weights.endswith(".safetensors"):
        model = getattr(torchvision.models, arch)()
        own = model.state_dict()
        loaded = load_file(weights)
        own.update({k: loaded[k] for k in own if "fc" not in k})
        model.load_state_dict(own)
    else:
        model = torchvision.models.__dict__[arch](weights=weights)
    model.fc = nn.Linear(features, num_classes)
    nn.init.zeros_(model.fc.bias)
    return model
