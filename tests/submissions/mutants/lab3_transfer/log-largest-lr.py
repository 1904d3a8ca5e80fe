# Writes the largest rate.
# loses: test-tensorboard-lr
# hint: lr-of-another-group
# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    """Write one epoch down for TensorBoard.

    Parameters
    ----------
    writer : SummaryWriter
        From ``torch.utils.tensorboard``.
    model : nn.Module
    optimizer : torch.optim.Optimizer
        With one group of parameters or several.
    epoch : int
        The step of everything that is written.
    metrics : dict
        ``train_loss``, ``train_accuracy``, ``valid_loss`` and ``valid_accuracy``, each
        a float.

    Notes
    -----
    Scalars: ``loss/train``, ``loss/valid``, ``accuracy/train``, ``accuracy/valid``, and
    ``lr``, the learning rate of the optimizer's last group. Histograms:
    ``weights/NAME`` for each of the model's parameters, NAME being its name in
    ``model.named_parameters()``.
    """
    for number in ("loss", "accuracy"):
        for part in ("train", "valid"):
            writer.add_scalar(f"{number}/{part}", metrics[f"{part}_{number}"], epoch)
    writer.add_scalar("lr", max(group["lr"] for group in optimizer.param_groups), epoch)
    for name, parameter in model.named_parameters():
        writer.add_histogram(f"weights/{name}", parameter.detach(), epoch)
