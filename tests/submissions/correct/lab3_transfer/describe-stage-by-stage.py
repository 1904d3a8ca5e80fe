# Adds up in a running forward, on a copy, with tensors.
# %% architecture-table
def describe(model, image_size):
    net = copy.deepcopy(model).eval()
    x = torch.randn(1, 3, image_size, image_size, device=next(net.parameters()).device)
    order = [("conv1", ("conv1", "bn1")), ("conv2_x", ("maxpool", "layer1"))]
    order += [(f"conv{i + 1}_x", (f"layer{i}",)) for i in (2, 3, 4)]
    order += [("fc", ("avgpool", "fc"))]
    rows = []
    count = {"macs": 0}

    def hook(m, i, o):
        if isinstance(m, nn.Conv2d):
            count["macs"] += o[0].numel() * m.kernel_size[0] * m.kernel_size[1] * m.in_channels
        if isinstance(m, nn.Linear):
            count["macs"] += m.weight.numel()

    for m in net.modules():
        m.register_forward_hook(hook)
    for stage, names in order:
        count["macs"] = 0
        n_params = torch.tensor(0)
        with torch.no_grad():
            for name in names:
                part = net.get_submodule(name)
                if name == "fc":
                    x = torch.flatten(x, 1)
                x = part(x)
                n_params += sum(p.numel() for p in part.parameters())
            if stage == "conv1":
                x = F.relu(x)
        rows.append({"macs": count["macs"], "parameters": n_params, "stage": stage,
                     "blocks": len(net.get_submodule(names[-1])) if "_x" in stage else 0,
                     "output_size": x.shape[2] if x.dim() == 4 else 1})
    return rows
