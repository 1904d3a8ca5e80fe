# Stops after the division.
# loses: test-transform
# %% transform
def transform(x):
    return x / 255
