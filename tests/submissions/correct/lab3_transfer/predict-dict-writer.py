# Collects logits first.
# %% predict
def write_predictions(model, loader, path):
    model.eval()
    logits = []
    for x, _ in loader:
        logits.append(model(x).detach())
    labels = torch.cat(logits).argmax(1)
    with open(path, "w", newline="") as file:
        rows = csv.DictWriter(file, ["id", "label"], lineterminator="\n")
        rows.writeheader()
        for i in range(len(labels)):
            rows.writerow({"id": i, "label": labels[i].item()})
