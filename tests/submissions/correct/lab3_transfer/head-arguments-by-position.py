# Gives torchvision its arguments by position, and loads without a head.
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    if weights is None or not weights.endswith(".safetensors"):
        net = {"resnet18": models.resnet18, "resnet50": models.resnet50}[arch](weights)
    else:
        import safetensors.torch
        with open(weights, "rb") as file:
            state = safetensors.torch.load(file.read())
        net = torchvision.models.resnet.__dict__[arch]()
        net.fc = nn.Identity()
        net.load_state_dict({k: v for k, v in state.items() if k.split(".")[0] != "fc"})
        net.fc = nn.Linear({"resnet18": 512, "resnet50": 2048}[arch], num_classes)
        return net
    net.fc = nn.Linear(net.fc.in_features, num_classes)
    return net
