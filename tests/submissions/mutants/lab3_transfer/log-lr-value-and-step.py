# Swaps the rate and the step.
# loses: test-tensorboard-lr
# hint: value-and-step-swapped
# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    for number in ("loss", "accuracy"):
        for part in ("train", "valid"):
            writer.add_scalar(f"{number}/{part}", metrics[f"{part}_{number}"], epoch)
    writer.add_scalar("lr", epoch, optimizer.param_groups[-1]["lr"])
    for name, parameter in model.named_parameters():
        writer.add_histogram(f"weights/{name}", parameter.detach(), epoch)
