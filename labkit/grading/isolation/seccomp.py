"""Refuse system calls that no lab needs, and that a sandbox is escaped by.

The filter is a program for the kernel's own small machine (classic BPF), which sees a
call's number and its arguments, and answers before the kernel does anything. It stays
for good, with all that a process starts.
"""

import ctypes
import errno
import platform

_NONE = 0xFFFFFFFF  # a call that there is not
# Numbers on x86-64, and on arm64.
_REFUSED = {
    # Namespaces and mounts: the sandbox itself.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # Other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # Keys are kept for a user: the next submission would find them.
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # Parts of the kernel in which holes are found most often.
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    "vmsplice": (278, 75),
    "personality": (135, 92),
    "modify_ldt": (154, _NONE),
    # The machine.
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "nfsservctl": (180, 42),
    "syslog": (103, 116),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
}
_MACHINES = {
    # Position in the table, architecture as the kernel writes it, clone, socket.
    "x86_64": (0, 0xC000003E, 56, 41),
    "aarch64": (1, 0xC00000B7, 220, 198),
}
_CLONE3 = 435
_X32 = 0x40000000  # on x86-64, the same calls under other numbers
_NAMESPACES = 0x7E020080  # CLONE_NEW...
_FAMILIES = (1, 2, 10)  # Unix, IPv4, IPv6: these alone belong to a network namespace

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_SET_SECCOMP, _MODE_FILTER = 22, 2

Instruction = tuple[int, int, int, int]


def program(machine: str) -> list[Instruction]:
    """Write the filter: operation, jumps if true and if false, operand.

    Raises
    ------
    OSError
        If no filter is known for this kind of machine.
    """
    if machine not in _MACHINES:
        raise OSError(
            errno.ENOSYS,
            f"no filter of system calls is known for {machine}, only for "
            + " and ".join(_MACHINES),
        )
    which, architecture, clone, socket = _MACHINES[machine]
    refuse = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    allow = (_RETURN, 0, 0, _ALLOW)
    load = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), refuse]
    load += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _X32), refuse]
    # A new process or thread is asked for with flags that a filter can see in `clone`,
    # but not in `clone3`; where there is none, the C library takes `clone`.
    calls = [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    calls += [(_EQUAL, 0, 4, clone), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    calls += [(_ANY_BIT, 0, 1, _NAMESPACES), refuse, allow]
    families = [(_EQUAL, len(_FAMILIES) - i, 0, f) for i, f in enumerate(_FAMILIES)]
    calls += [(_EQUAL, 0, len(families) + 3, socket), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    calls += [*families, refuse, allow]
    numbers = [pair[which] for pair in _REFUSED.values()]
    calls += [(_EQUAL, len(numbers) - i, 0, n) for i, n in enumerate(numbers)]
    return [*load, *calls, allow, refuse]


def install() -> None:
    """Filter the calls of this process, which must have no_new_privs, from now on.

    Raises
    ------
    OSError
        If the filter cannot be made.
    """
    instructions = program(platform.machine())
    packed = b"".join(
        code.to_bytes(2, "little") + bytes((yes, no)) + operand.to_bytes(4, "little")
        for code, yes, no, operand in instructions
    )
    memory = ctypes.create_string_buffer(packed)

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("start", ctypes.c_void_p))

    made = Program(len(instructions), ctypes.addressof(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(made), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")
