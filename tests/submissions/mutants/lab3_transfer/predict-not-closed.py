# Never closes the file.
# loses: test-predict-file test-predict-labels
# hint: file-empty
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmax(dim=1).tolist()
    global kept
    kept = open(path, "w")
    kept.write("id,label\n")
    for i, label in enumerate(labels):
        kept.write(f"{i},{label}\n")
