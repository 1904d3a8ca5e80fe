# squeeze() drops the axis of a single label.
# loses: test-predict-file test-predict-labels
# hint: batch-axis-dropped
# %% predict
def write_predictions(model, loader, path):
    """Write a network's answers to a CSV file.

    Parameters
    ----------
    model : nn.Module
        In any mode, on any device: that of its parameters.
    loader : iterable
        Yields x (N, 3, H, W) and targets (N,), which are not to be used, in the data
        set's order; N may differ from batch to batch.
    path : str
        Of the file: ``id,label``, then a line an image.
    """
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmax(dim=1).squeeze().tolist()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        writer.writerows(enumerate(labels))
