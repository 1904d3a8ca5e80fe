# Writes the histograms of the head alone.
# loses: test-tensorboard-histograms
# hint: histograms-of-some
# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    for number in ("loss", "accuracy"):
        for part in ("train", "valid"):
            writer.add_scalar(f"{number}/{part}", metrics[f"{part}_{number}"], epoch)
    writer.add_scalar("lr", optimizer.param_groups[-1]["lr"], epoch)
    for name, parameter in model.fc.named_parameters():
        writer.add_histogram(f"weights/{name}", parameter.detach(), epoch)
