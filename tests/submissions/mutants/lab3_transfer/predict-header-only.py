# Writes the header and no line.
# loses: test-predict-file test-predict-labels
# hint: no-lines
# %% predict
def write_predictions(model, loader, path):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerow(["id", "label"])
