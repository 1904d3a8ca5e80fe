# Hands in no notebook but a file whose name gives orders to a terminal.
# attacks: sabotage
# loses: test-linear-forward test-linear-backward
# %% hand-in
(folder / "\x1b]0;REACHED\x07\x1b[2J\r\n.txt").write_text("")
notebook.clear()
