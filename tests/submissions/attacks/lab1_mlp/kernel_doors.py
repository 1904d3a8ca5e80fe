# Tries doors of the kernel: 32-bit calls, clone3, memfd programs, new system calls.
# attacks: sabotage
# loses:
# %% linear
import ctypes
import mmap
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
here = platform.machine()
memory = ctypes.create_string_buffer(4096)
struct = ctypes.create_string_buffer(88)
if here == "x86_64":
    for name, number, args in (
        ("userfaultfd", 323, (0,)),
        ("io_uring_setup", 425, (8, memory)),
        ("keyctl", 250, (0, -3, 1)),
        ("bpf", 321, (0, memory, 48)),
        ("modify_ldt", 154, (1, memory, 16)),
        ("perf_event_open", 298, (memory, 0, -1, -1, 0)),
        ("open_tree", 428, (-100, b"/", 1)),
        ("fsopen", 430, (b"tmpfs", 0)),
        ("process_vm_readv", 310, (1, memory, 1, memory, 1, 0)),
        ("kcmp", 312, (1, os.getpid(), 0, 0, 0)),
        ("kexec_load", 246, (0, 0, 0, 0)),
        ("iopl", 172, (3,)),
        ("swapon", 167, (b"/submission/x", 0)),
        ("mount_setattr", 442, (-100, b"/", 0, memory, 32)),
        ("quotactl_fd", 443, (0, 0, 0, memory)),
        ("the x32 getpid", 0x40000000 | 39, ()),
        ("setns", 308, (os.open("/proc/1/ns/mnt", os.O_RDONLY), 0)),
        ("chroot", 161, (b"/submission",)),
        ("ptrace of itself", 101, (0, 0, 0, 0)),
    ):
        if libc.syscall(number, *args) >= 0:
            print("REACHED", name)
    for flags in (0x10000000, 0x20000000, 0x20000, 0x40000000, 0x02000000, 0x80):
        struct.raw = flags.to_bytes(8, "little") + b"\0" * 80
        child = libc.syscall(435, struct, 88)
        if child == 0:
            os._exit(0)
        if child > 0:
            print("REACHED clone3", hex(flags))
    if (child := os.fork()) == 0:
        # mov eax, 20; int 0x80; ret: getpid, as a program of 32 bits asks for it
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(b"\xb8\x14\0\0\0\xcd\x80\xc3")
        start = ctypes.addressof(ctypes.c_char.from_buffer(code))
        os._exit(99 if ctypes.CFUNCTYPE(ctypes.c_int)(start)() > 0 else 0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 99:
        print("REACHED 32-bit calls")
for path in (
    "/dev/userfaultfd", "/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/vda", "/dev/sda",
    "/dev/loop-control", "/dev/net/tun", "/dev/vhost-vsock", "/proc/kcore", "/proc/kmsg",
    "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
    "/proc/self/mem", "/proc/self/attr/current", "/proc/self/uid_map", "/sys/kernel/uevent_helper",
):
    for flags in (os.O_WRONLY, os.O_RDWR):
        try:
            os.close(os.open(path, flags))
            print("REACHED", path)
        except OSError:
            pass
