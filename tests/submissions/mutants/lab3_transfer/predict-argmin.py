# Takes the smallest logit.
# loses: test-predict-labels
# hint: argmin-not-argmax
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmin(dim=1).tolist()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        writer.writerows(enumerate(labels))
