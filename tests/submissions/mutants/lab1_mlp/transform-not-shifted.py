# Forgot to add 0.01.
# loses: test-transform
# hint: offset-missing
# %% transform
def transform(x):
    return x / 255 * 0.99
