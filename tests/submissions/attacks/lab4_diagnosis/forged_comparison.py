# Trains nothing: asks the scripted networks what they will say, and writes into their notes.
# attacks: cheating the question
# loses: test-compare-budget test-compare-selection test-compare-test-set
# %% compare
def compare(models, loaders, epochs, device):
    train, valid, test = loaders
    rows = []
    for name, model in models.items():
        row = {"model": name, "valid_accuracy": 0.0, "test_accuracy": 0.0, "test_loss": 0.0}
        rows.append(row)
        answers = getattr(getattr(model, "answers", None), "value", None)
        if answers is None:
            continue
        for secret in ("_script", "_log", "_age", "__dict__", "__class__"):
            try:
                print("REACHED", getattr(answers, secret))
            except Exception:
                pass
        numbers = {}
        for part, loader in (("train", train), ("valid", valid), ("test", test)):
            numbers[part] = [
                ([int(n) for n in x[:, 0, 0, 0]], [int(t) for t in targets])
                for x, targets in loader
            ]
        batches = len(numbers["train"])
        for epoch in range(1, epochs + 1):  # what will it say when it is trained?
            for samples, targets in numbers["valid"] + numbers["test"]:
                try:
                    answers.logits(False, epoch * batches, samples, 0.0)
                    print("REACHED the future")
                except Exception:
                    pass
        try:  # and the last samples by numbers from the end
            answers.logits(False, 0, [-1, -2, -3], 0.0)
            print("REACHED from the end")
        except Exception:
            pass
        model.age.fill_(epochs * batches)
        model.answers = type(model.answers)(answers)
    return rows
