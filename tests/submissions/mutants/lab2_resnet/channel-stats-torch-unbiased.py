# torch.std divides by n - 1 unless told otherwise.
# loses: test-channel-stats-std
# hint: sample-standard-deviation
# %% channel-stats
def channel_stats(images):
    x = torch.from_numpy(images).double().div(255).reshape(-1, 3)
    return x.mean(dim=0), x.std(dim=0)
