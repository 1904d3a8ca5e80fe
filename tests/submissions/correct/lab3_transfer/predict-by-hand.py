# Writes lines by hand, softmax first.
# %% predict
def write_predictions(model, loader, path):
    was_training = model.training
    model.eval()
    lines, count = ["id,label"], 0
    with torch.inference_mode():
        for batch in loader:
            probs = F.softmax(model(batch[0]), dim=-1)
            for label in probs.max(1).indices.numpy():
                lines.append(f"{count},{label}")
                count += 1
    model.train(was_training)
    Path(path).write_text("\n".join(lines) + "\n")
