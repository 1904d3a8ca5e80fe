# Prints writer.get_logdir().
# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    for kind in ("loss", "accuracy"):
        for part in ("train", "valid"):
            writer.add_scalar(f"{kind}/{part}", metrics[f"{part}_{kind}"], epoch)
    writer.add_scalar("lr", optimizer.param_groups[-1]["lr"], epoch)
    for name, p in model.named_parameters():
        writer.add_histogram(f"weights/{name}", p, epoch)
    print(writer.get_logdir())
