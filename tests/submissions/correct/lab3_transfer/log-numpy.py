# Writes arrays, with named arguments.
# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    for name, value in metrics.items():
        part, kind = name.split("_")
        writer.add_scalar(tag=f"{kind}/{part}", scalar_value=np.float32(value), global_step=epoch)
    rates = [group["lr"] for group in optimizer.param_groups]
    writer.add_scalar("lr", torch.tensor(rates[-1]), global_step=epoch)
    for i, rate in enumerate(rates):
        writer.add_scalar(f"rates/{i}", rate, epoch)
    for name, p in model.named_parameters():
        writer.add_histogram("weights/" + name, p.data.cpu().numpy().ravel(), epoch)
    writer.flush()
