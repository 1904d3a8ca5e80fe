# Takes loss_train for train_loss.
# loses: test-tensorboard-scalars test-tensorboard-lr test-tensorboard-histograms
# hint: metrics-key
# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    for number in ("loss", "accuracy"):
        for part in ("train", "valid"):
            writer.add_scalar(f"{number}/{part}", metrics[f"{number}_{part}"], epoch)
    writer.add_scalar("lr", optimizer.param_groups[-1]["lr"], epoch)
    for name, parameter in model.named_parameters():
        writer.add_histogram(f"weights/{name}", parameter.detach(), epoch)
