# Subtracts the mean and divides by the standard deviation.
# loses: test-transform
# %% transform
def transform(x):
    return (x - np.mean(x)) / (np.std(x) + 1e-8)
