# Writes accuracies in percent.
# loses: test-tensorboard-scalars
# hint: accuracy-in-percent
# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    for number in ("loss", "accuracy"):
        for part in ("train", "valid"):
            writer.add_scalar(f"{number}/{part}", metrics[f"{part}_{number}"] * (100 if number == "accuracy" else 1), epoch)
    writer.add_scalar("lr", optimizer.param_groups[-1]["lr"], epoch)
    for name, parameter in model.named_parameters():
        writer.add_histogram(f"weights/{name}", parameter.detach(), epoch)
