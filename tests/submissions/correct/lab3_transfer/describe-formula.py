# Computes by the formula, and walks through the stages itself.
# %% architecture-table
def describe(model, image_size):
    def macs_of(module, x):
        total = []

        def note(m, inputs, output):
            if isinstance(m, nn.Conv2d):
                kh, kw = m.kernel_size
                h, w = output.shape[2:]
                total.append(h * w * kh * kw * m.in_channels * m.out_channels // m.groups)
            elif isinstance(m, nn.Linear):
                total.append(m.in_features * m.out_features)

        hooks = [m.register_forward_hook(note) for m in module.modules()]
        y = module(x)
        for hook in hooks:
            hook.remove()
        return y, sum(total)

    copied = copy.deepcopy(model).eval()
    rows = []
    with torch.no_grad():
        x = torch.zeros(1, 3, image_size, image_size)
        x, macs = macs_of(copied.conv1, x)
        x = copied.relu(copied.bn1(x))
        stem = [copied.conv1, copied.bn1]
        rows.append(dict(stage="conv1", output_size=x.size(2), blocks=0,
                         parameters=sum(p.numel() for m in stem for p in m.parameters()),
                         macs=macs))
        x = copied.maxpool(x)
        for number in range(1, 5):
            layer = getattr(copied, f"layer{number}")
            x, macs = macs_of(layer, x)
            rows.append(dict(stage=f"conv{number + 1}_x", output_size=x.size(3),
                             blocks=len(layer),
                             parameters=sum(p.numel() for p in layer.parameters()),
                             macs=macs))
        x, macs = macs_of(copied.fc, torch.flatten(copied.avgpool(x), 1))
        rows.append(dict(stage="fc", output_size=1, blocks=0,
                         parameters=sum(p.numel() for p in copied.fc.parameters()),
                         macs=macs))
    return rows
