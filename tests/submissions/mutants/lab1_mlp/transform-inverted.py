# Black and white exchanged.
# loses: test-transform
# %% transform
def transform(x):
    return (1 - x / 255) * 0.99 + 0.01
