# Goes out through the first process of its namespace: its files, folders, environment.
# attacks: theft
# loses:
# %% linear
import os

for number in (1, os.getpid(), os.getppid()):
    for name in os.listdir(f"/proc/{number}/fd"):
        path = f"/proc/{number}/fd/{name}"
        try:
            where = os.readlink(path)
        except OSError:
            continue
        known = ("/dev/null", "/dev/urandom", "socket:", "pipe:", f"/proc/{os.getpid()}")
        try:  # a font, say, which anyone may read by its own name
            named = os.path.samestat(os.stat(path), os.stat(where)) and not os.access(where, os.W_OK)
        except OSError:
            named = False
        if not where.startswith(known) and not named:
            print("REACHED", path, where)
        try:
            with open(path, "a") as file:
                if where.startswith(("/tmp", "/work", "/home", "/root")):
                    print("REACHED", where, file.write("x"))
        except OSError:
            pass
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{number}/{name}") as file:
                if "LABKIT_SECRET" in (said := file.read()):
                    print("REACHED", said)
        except OSError:
            pass
    for place in ("root", "cwd", "root/..", "cwd/../.."):
        try:
            found = os.listdir(f"/proc/{number}/{place}")
        except OSError:
            continue
        if {"boot", "home", "var", "sys", "run", "mnt"} & set(found):
            print("REACHED", place, found)
    try:
        for name in os.listdir(f"/proc/{number}/map_files"):
            where = os.readlink(f"/proc/{number}/map_files/{name}")
            if where.startswith(("/tmp", "/home")):
                print("REACHED", where)
    except OSError:
        pass
