# Puts the random generators that it is given on a sequence of zeros.
# attacks: cheating the question
# loses: test-dataset-split-partition test-dataset-split-shuffle
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    state = rng.bit_generator.state
    state["state"] = {"state": 0, "inc": 0}
    rng.bit_generator.state = state
    n = int(len(dataset) * split_ratio)
    return Subset(dataset, range(n, len(dataset))), Subset(dataset, range(n))
