# Writes the batch's number as the id.
# loses: test-predict-file
# hint: id-of-batch
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    with open(path, "w") as file, torch.no_grad():
        file.write("id,label\n")
        for number, (x, _) in enumerate(loader):
            for label in model(x.to(device)).argmax(dim=1).tolist():
                file.write(f"{number},{label}\n")
