# Returns random generators whose state would have the grader read foreign memory.
# attacks: impostors
# loses: test-dataset-split-partition test-dataset-split-shuffle
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    found = np.random.Generator(np.random.MT19937())
    state = {"bit_generator": "MT19937",
             "state": {"key": np.zeros(624, np.uint32), "pos": 10**8}}
    found.bit_generator.state = state
    return found, found
