# Forgets the newline.
# loses: test-predict-file test-predict-labels
# hint: newline-missing
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmax(dim=1).tolist()
    with open(path, "w") as file:
        file.write("id,label")
        for i, label in enumerate(labels):
            file.write(f"{i},{label}")
