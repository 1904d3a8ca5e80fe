# Fills ids up with zeros.
# loses: test-predict-file
# hint: id-not-a-number
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmax(dim=1).tolist()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        writer.writerows(((f'{i:05}', l) for i, l in enumerate(labels)))
