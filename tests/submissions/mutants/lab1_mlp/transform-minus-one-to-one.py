# Maps to -1..1.
# loses: test-transform
# %% transform
def transform(x):
    return x / 127.5 - 1
