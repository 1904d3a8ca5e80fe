# No scheduler.
# loses: test-optimizer-parameters test-optimizer-schedule
# hint: schedule-constant
# %% optimizer
def make_optimizer(model, epochs):
    return optim.Adam(model.parameters(), lr=0.001), None
