# Writes all logits.
# loses: test-predict-labels
# hint: logit-not-class
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).tolist()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        writer.writerows([i, *row] for i, row in enumerate(labels))
