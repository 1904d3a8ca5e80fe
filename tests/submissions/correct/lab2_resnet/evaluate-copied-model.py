# Evaluates a deep copy in eval mode: nothing of the model is touched.
# %% evaluate
def evaluate(model, loader, criterion, device):
    twin = copy.deepcopy(model).eval()
    loss = hits = n = 0
    with torch.inference_mode():
        for x, t in loader:
            x, t = x.to(device), t.to(device)
            z = twin(x)
            loss += criterion(z, t).item() * len(t)
            hits += (z.argmax(1) == t).sum().item()
            n += len(t)
    return loss / n, hits / n
