# Leaves its control group, raises its rank, and locks memory.
# attacks: sabotage
# loses:
# %% linear
import ctypes
import glob
import os
import resource

libc = ctypes.CDLL(None, use_errno=True)
for kind in (b"cgroup", b"cgroup2", b"tmpfs", b"sysfs", b"overlay", b"proc"):
    os.makedirs("mounted", exist_ok=True)
    if libc.mount(kind, b"mounted", kind, 0, b"memory" if kind == b"cgroup" else None) == 0:
        print("REACHED a mount of", kind)
for path in ("/sys/fs/cgroup", "/proc/1/root/sys/fs/cgroup", "/proc/self/cgroup"):
    for file in [path, *glob.glob(f"{path}/**/cgroup.procs", recursive=True)]:
        try:
            with open(file, "w") as group:
                group.write("0")
            print("REACHED", file)
        except OSError:
            pass
try:
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("-1000")
    print("REACHED the score of the out-of-memory killer")
except OSError:
    pass
for name, change in {
    "a real-time rank": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
    "a higher rank": lambda: os.setpriority(os.PRIO_PROCESS, 0, -10),
    "a higher rank for input and output": lambda: os.sched_setparam(0, os.sched_param(9)),
    "more processes": lambda: resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999)),
    "more memory": lambda: resource.setrlimit(resource.RLIMIT_DATA, (1 << 40, 1 << 40)),
    "another user": lambda: os.setuid(0),
    "other groups": lambda: os.setgroups([0]),
}.items():
    try:
        change()
        print("REACHED", name)
    except (OSError, ValueError):
        pass
