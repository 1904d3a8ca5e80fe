# Writes the header again for each batch.
# loses: test-predict-file
# hint: header-repeated
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    count = 0
    with open(path, "w", newline="") as file, torch.no_grad():
        writer = csv.writer(file)
        for x, _ in loader:
            writer.writerow(["id", "label"])
            for label in model(x.to(device)).argmax(dim=1).tolist():
                writer.writerow([count, label])
                count += 1
