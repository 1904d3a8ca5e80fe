# Other settings.
# %% train
BATCH_SIZE = 64
EPOCHS = 10
ERASING = True
