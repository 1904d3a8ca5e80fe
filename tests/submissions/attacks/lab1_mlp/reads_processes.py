# Looks at the environment and at other processes.
# attacks: theft
# loses: 
# %% linear
import os

for name in os.environ:
    if "SECRET" in name:
        print("REACHED", name)
for process in filter(str.isdigit, os.listdir("/proc")):
    try:
        line = open(f"/proc/{process}/cmdline").read()
        environment = open(f"/proc/{process}/environ").read()
    except OSError:
        continue
    if "isolation.server" not in line or "SECRET" in environment:
        print("REACHED", process, line)
