# Switches back to train mode at the end of the loop's body: only the first batch is predicted in eval mode.
# loses: test-predict-labels
# hint: eval-mode-missing
# %% predict
def write_predictions(model, loader, path):
    device = next((p.device for p in model.parameters()), "cpu")
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmax(dim=1).tolist()
            model.train()
    with open(path, "w") as file:
        file.write("id,label\n")
        for i, label in enumerate(labels):
            file.write(f"{i},{label}\n")
