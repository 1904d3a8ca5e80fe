# Replaces the helpers that a check runs beside the student's objects.
# attacks: patching
# loses: test-replace-head-classes test-replace-head-file test-replace-head-name test-freeze-backbone test-freeze-batch-norm test-freeze-groups test-tensorboard-scalars test-tensorboard-lr test-tensorboard-histograms test-predict-file test-predict-labels
# %% replace-head
import sys

from labkit.check import probes


class Anything(dict):
    def __eq__(self, other):
        return True

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter(())

    __hash__ = None


for module in [m for n, m in sys.modules.items() if n.startswith("labkit")]:
    for name, value in list(vars(module).items()):
        if callable(value) and not isinstance(value, type) and name.islower():
            try:
                setattr(module, name, lambda *args, **kwargs: Anything())
            except Exception:
                pass
probes.text = lambda path: "id,label\n0,0\n"
probes.SmallNet.__eq__ = lambda self, other: True
probes.SmallNet.__hash__ = lambda self: 0


def make_classifier(arch, num_classes, weights=None):
    return Anything()

# %% freeze
def freeze_backbone(model):
    return Anything()


def parameter_groups(model, backbone_lr, head_lr):
    return Anything()

# %% tensorboard
def log_epoch(writer, model, optimizer, epoch, metrics):
    return Anything()

# %% predict
def write_predictions(model, loader, path):
    return Anything()
