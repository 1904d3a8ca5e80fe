# Cuts at floats.
# loses: test-stratified-split-shares test-stratified-split-partition test-stratified-split-shuffled
# hint: float-for-count
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    """Split samples at random into train, valid and test, class by class.

    Parameters
    ----------
    targets : ndarray, shape (n,), int
        Class index of each sample.
    ratios : tuple of three numbers
        Shares of train, valid and test, in proportion.
    generator : numpy.random.Generator, optional
        The only source of randomness; NumPy's own without it.

    Returns
    -------
    train, valid, test : ndarray of int
        Indices of samples. Every index is in exactly one of them, and each class has
        in each part its share of its samples, give or take one.
    """
    generator = np.random.default_rng() if generator is None else generator
    bounds = np.cumsum(ratios)[:-1] / np.sum(ratios)
    parts = ([], [], [])
    for kind in np.unique(targets):
        members = generator.permutation(np.flatnonzero(targets == kind))
        cuts = np.round(bounds * len(members))
        for part, chosen in zip(parts, np.split(members, cuts)):
            part.append(chosen)
    return tuple(generator.permutation(np.concatenate(part)) for part in parts)
