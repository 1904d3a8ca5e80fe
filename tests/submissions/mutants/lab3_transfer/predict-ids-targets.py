# Writes the loader's targets as ids.
# loses: test-predict-file
# hint: ids-are-targets
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    with open(path, "w") as file, torch.no_grad():
        file.write("id,label\n")
        for x, t in loader:
            for row, label in zip(t.tolist(), model(x.to(device)).argmax(dim=1).tolist()):
                file.write(f"{row},{label}\n")
