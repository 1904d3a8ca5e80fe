# Quotes each field.
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmax(dim=1).tolist()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["id", "label"])
        writer.writerows(enumerate(labels))
