# Stacks the batches' predictions, which needs all batches to be of the same size.
# loses: test-predict-file test-predict-labels
# hint: stacked-not-joined
# %% predict
def write_predictions(model, loader, path):
    """Write a network's answers to a CSV file."""
    device = next(model.parameters()).device
    model.eval()
    with torch.no_grad():
        batches = [model(x.to(device)).argmax(dim=1) for x, _ in loader]
    labels = torch.stack(batches).flatten().tolist()
    lines = ["id,label"] + [f"{i},{label}" for i, label in enumerate(labels)]
    Path(path).write_text("\n".join(lines) + "\n")
