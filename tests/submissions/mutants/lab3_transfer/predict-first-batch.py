# Returns after the first batch.
# loses: test-predict-file
# hint: stopped-after-first-batch
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in [next(iter(loader))]:
            labels += model(x.to(device)).argmax(dim=1).tolist()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        writer.writerows(enumerate(labels))
