# Writes header and ids anew in each batch.
# loses: test-predict-file
# hint: header-repeated
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    with open(path, "w") as file, torch.no_grad():
        for x, _ in loader:
            file.write("id,label\n")
            for row, label in enumerate(model(x.to(device)).argmax(dim=1).tolist()):
                file.write(f"{row},{label}\n")
