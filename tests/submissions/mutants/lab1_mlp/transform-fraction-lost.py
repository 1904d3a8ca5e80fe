# Converts to uint8 first: float pixels such as 127.5 lose their fraction.
# loses: test-transform
# hint: fraction-lost
# %% transform
def transform(x):
    x = np.asarray(x).astype(np.uint8)
    return x / 255 * 0.99 + 0.01
