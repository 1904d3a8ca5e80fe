# Uses numpy savetxt.
# %% predict
def write_predictions(model, loader, path):
    device = next(model.parameters()).device
    model.eval()
    labels = []
    with torch.no_grad():
        for x, _ in loader:
            labels += model(x.to(device)).argmax(dim=1).tolist()
    np.savetxt(path, np.stack([np.arange(len(labels)), labels], 1), delimiter=",", header="id,label", fmt="%d", comments="")
