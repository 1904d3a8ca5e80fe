# Calls argmax without an axis.
# loses: test-predict-file test-predict-labels
# hint: argmax-without-axis
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels.append(model(x.to(device)).argmax().item())
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        writer.writerows(enumerate(labels))
