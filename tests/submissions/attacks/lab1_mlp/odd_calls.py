# Calls the stand-ins that it is given with odd, huge and empty arguments, from threads.
# attacks: sabotage
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics test-evaluate
# %% train-one-epoch
import threading


def torment(model, loader, criterion, *others):
    odd = (np.zeros((1 << 27, 0)), np.zeros((0, 1 << 27)), np.zeros(1 << 22), [[[]] * 9] * 9,
           "x" * 1_000_000, model, loader, criterion, None, 10**4000, {"a": model})

    def call(thing):
        for value in odd:
            for use in (lambda: thing(value), lambda: thing.forward(value, value),
                        lambda: thing.backward(value), lambda: thing[value],
                        lambda: thing._ask("item", value), lambda: thing._ask("call", value)):
                try:
                    use()
                except Exception:
                    pass

    threads = [threading.Thread(target=call, args=(x,)) for x in (model, loader, criterion)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return criterion, model


def train_one_epoch(model, loader, criterion, optimizer):
    return torment(model, loader, criterion, optimizer)

# %% evaluate
def evaluate(model, loader, criterion):
    return torment(model, loader, criterion)
