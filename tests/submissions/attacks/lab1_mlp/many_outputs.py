# Has hundreds of cells that each put out as much as one may.
# attacks: sabotage
# loses:
# %% hand-in
shout = (
    "from IPython.display import HTML, display\n"
    "print('x' * 90_000)\n"
    "for _ in range(15):\n    display(HTML('<x>' * 1900))\n    print('x' * 60_000)\n"
    "    display({'text/plain': 'y' * 60_000}, raw=True)"
)
own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
page = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "z" * 90_000}}
for number in range(120):
    notebook["cells"].append(own | {"id": f"own-{number}", "source": shout})
    notebook["cells"].append(own | {"id": f"kept-{number}", "source": "", "outputs": [page] * 9,
                                    "metadata": {"tags": ["experiment"]}})
