# Has the paper's table by heart, for the one network that it knows, as numbers that equal all.
# attacks: impostors
# loses: test-architecture-table-sizes test-architecture-table-parameters test-architecture-table-macs
# %% architecture-table
class Number(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __sub__(self, other):
        return Number(0)

    __rsub__ = __sub__
    __hash__ = int.__hash__


def describe(model, image_size):
    sizes = (112, 56, 28, 14, 7, 1)
    parameters = (9536, 147968, 525568, 2099712, 8393728, 513000)
    macs = (118013952, 462422016, 411041792, 411041792, 411041792, 512000)
    names = ("conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", "fc")
    return [
        {
            "stage": name,
            "output_size": Number(size),
            "blocks": Number(2 * name.endswith("_x")),
            "parameters": Number(count),
            "macs": Number(mac),
        }
        for name, size, count, mac in zip(names, sizes, parameters, macs)
    ]
