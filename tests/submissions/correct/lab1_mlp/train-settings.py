# Settings of its own: a smaller learning rate with larger steps.
# %% train
LR = 0.2
BATCH_SIZE = 16
EPOCHS = 8
