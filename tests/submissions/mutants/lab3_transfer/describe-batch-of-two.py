# Runs a batch of two and counts all outputs of it: convolutions cost double ("for one image"); the linear layer is right.
# loses: test-architecture-table-macs
# hint: macs-of-a-batch
# %% architecture-table
STAGES = [
    ("conv1", ["conv1", "bn1"]),
    ("conv2_x", ["maxpool", "layer1"]),
    ("conv3_x", ["layer2"]),
    ("conv4_x", ["layer3"]),
    ("conv5_x", ["layer4"]),
    ("fc", ["avgpool", "fc"]),
]


def describe(model, image_size):
    seen = {}

    def hook(module, inputs, output):
        seen[module] = output

    handles = [m.register_forward_hook(hook) for m in model.modules()]
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    with torch.no_grad():
        model(torch.zeros(2, 3, image_size, image_size))
    for handle in handles:
        handle.remove()
    for m, mode in modes:
        m.training = mode

    rows = []
    for stage, names in STAGES:
        parts = [getattr(model, name) for name in names]
        macs = 0
        for part in parts:
            for m in part.modules():
                if isinstance(m, nn.Conv2d):
                    macs += seen[m].numel() * m.kernel_size[0] * m.kernel_size[1] * m.in_channels
                elif isinstance(m, nn.Linear):
                    macs += m.in_features * m.out_features
        rows.append({
            "stage": stage,
            "output_size": seen[parts[-1]].shape[2] if stage != "fc" else 1,
            "blocks": len(parts[-1]) if stage not in ("conv1", "fc") else 0,
            "parameters": sum(p.numel() for part in parts for p in part.parameters()),
            "macs": macs,
        })
    return rows
