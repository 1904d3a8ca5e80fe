# Forgot the factor 0.99.
# loses: test-transform
# hint: scale-missing
# %% transform
def transform(x):
    return x / 255 + 0.01
