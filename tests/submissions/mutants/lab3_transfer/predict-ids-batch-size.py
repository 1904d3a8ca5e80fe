# Multiplies by the first batch's size.
# loses: test-predict-file
# hint: ids-by-batch-size
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    with open(path, "w") as file, torch.no_grad():
        file.write("id,label\n")
        for number, (x, _) in enumerate(loader):
            for row, label in enumerate(model(x.to(device)).argmax(dim=1).tolist()):
                file.write(f"{number * len(x) + row},{label}\n")
