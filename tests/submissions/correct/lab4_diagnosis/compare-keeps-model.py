# Keeps a copy of the whole network; SGD with momentum; a rate that falls.
# %% compare
def evaluate(net, loader, device):
    net.eval()
    outputs, labels = [], []
    with torch.inference_mode():
        for x, y in loader:
            outputs.append(net(x.to(device)))
            labels.append(y.to(device))
    outputs, labels = torch.cat(outputs), torch.cat(labels)
    accuracy = (outputs.argmax(1) == labels).float().mean().item()
    return nn.CrossEntropyLoss()(outputs, labels).item(), accuracy


def compare(models, loaders, epochs, device):
    table = []
    for name in models:
        net = models[name].to(device)
        opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
        sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, epochs)
        best_acc, best_net = 0, copy.deepcopy(net)
        for epoch in range(epochs):
            net.train()
            for x, y in loaders["train"]:
                opt.zero_grad()
                nn.CrossEntropyLoss()(net(x.to(device)), y.to(device)).backward()
                opt.step()
            sched.step()
            _, acc = evaluate(net, loaders["valid"], device)
            if acc > best_acc:
                best_acc, best_net = acc, copy.deepcopy(net)
        test_loss, test_acc = evaluate(best_net, loaders["test"], device)
        table.append(dict(model=name, valid_accuracy=best_acc, test_loss=test_loss, test_accuracy=test_acc))
    return table
