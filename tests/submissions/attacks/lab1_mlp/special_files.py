# Hands in pipes, sockets, files without end and folders that nobody may read.
# attacks: sabotage
# loses:
# %% hand-in
import os
import socket

os.mkfifo(folder / "pipe.txt")
os.mkfifo(folder / "nbgrader_config.py")
with socket.socket(socket.AF_UNIX) as listener:
    here = os.getcwd()
    os.chdir(folder)
    listener.bind("socket.txt")
    os.chdir(here)
with open(folder / "zeros.bin", "wb") as file:
    file.truncate(1 << 40)
place = folder
for _ in range(60):
    place = place / "deep"
place.mkdir(parents=True)
(place / "note.txt").write_text("x")
for number in range(500):
    (folder / f"many-{number}.txt").write_text("x")
(folder / "locked").mkdir(mode=0)
(folder / "locked.txt").write_text("x")
(folder / "locked.txt").chmod(0)
