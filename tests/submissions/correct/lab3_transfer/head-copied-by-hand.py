# Copies the weights tensor by tensor.
# %% replace-head
def make_classifier(arch, num_classes, weights=None):
    import os

    net = models.__dict__[arch](weights=None)
    if weights is not None:
        if os.path.exists(weights):
            state = load_file(weights)
        else:
            prefix = {"resnet18": "ResNet18_Weights", "resnet50": "ResNet50_Weights"}[arch]
            state = models.get_weight(f"{prefix}.{weights}").get_state_dict(progress=False)
        with torch.no_grad():
            for key, tensor in net.state_dict().items():
                if not key.startswith("fc"):
                    tensor.copy_(state[key])
    net.fc = nn.Linear(net.fc.in_features, num_classes)
    return net
