# Writes the header before each line.
# loses: test-predict-file
# hint: header-repeated
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    count = 0
    with open(path, "w") as file, torch.no_grad():
        for x, _ in loader:
            for label in model(x.to(device)).argmax(dim=1).tolist():
                file.write(f"id,label\n{count},{label}\n")
                count += 1
