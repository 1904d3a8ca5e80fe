# One tag for all.
# loses: test-tensorboard-histograms
# hint: histograms-under-one-tag
# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    for number in ("loss", "accuracy"):
        for part in ("train", "valid"):
            writer.add_scalar(f"{number}/{part}", metrics[f"{part}_{number}"], epoch)
    writer.add_scalar("lr", optimizer.param_groups[-1]["lr"], epoch)
    for name, parameter in model.named_parameters():
        writer.add_histogram("weights", parameter.detach(), epoch)
