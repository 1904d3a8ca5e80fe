# Looks for solutions, tests, gradebooks, keys and other students' work.
# attacks: theft
# loses: 
# %% linear
import os
import sys

for folder, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in ("/proc", "/sys")]
    for name in files:
        path = os.path.join(folder, name)
        if path == "/submission/thresholds.toml":
            continue  # students were given it
        if "/tests/" not in path and name in ("gradebook.db", "lab1.py", "lab1_mlp.py", "misconceptions.py",
                    "thresholds.toml", "id_rsa", ".bashrc", "shadow", "passwd"):
            print("REACHED", path)
for folder in ("/root", "/home", "/work", "/srv", "/var", "/etc", "/opt/labkit"):
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if sys.prefix.startswith(os.path.join(folder, name)):
            continue  # Python itself
        if not name.startswith((".pyenv", "ld.so", "alternatives", "localtime", "labkit")):
            print("REACHED", folder, name)
