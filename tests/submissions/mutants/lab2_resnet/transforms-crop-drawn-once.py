# The place of the crop is drawn when the transform is made, and is the same for every image ever after.
# loses: test-transforms-crop
# hint: shift-drawn-once
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize(mean, std)]
    )
    top, left = np.random.randint(0, 9, size=2).tolist()

    def crop(image):
        padded = transforms.functional.pad(image, 4)
        return transforms.functional.crop(padded, top, left, 32, 32)

    steps = [transforms.Lambda(crop), transforms.RandomHorizontalFlip(), normalize]
    if erasing:
        steps.append(transforms.RandomErasing())
    return transforms.Compose(steps), normalize
