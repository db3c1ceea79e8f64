"""System calls that a sandboxed program does not have, as a filter that the kernel applies (seccomp-bpf).

No processes and threads, no sockets, no memory that limits of a process do not count, nothing that reaches
into other processes or builds new namespaces. Sleeping takes no time.
"""

import errno
import platform
import struct

from .errors import SandboxError

# By machine: what the kernel calls it, then the number of each call. From the kernel's syscall tables.
MACHINES: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            **{"clone": 56, "fork": 57, "vfork": 58, "socket": 41, "socketpair": 53, "ptrace": 101},
            **{"process_vm_readv": 310, "process_vm_writev": 311, "shmget": 29, "msgget": 68, "semget": 64},
            **{"mq_open": 240, "memfd_create": 319, "unshare": 272, "setns": 308, "mount": 165},
            **{"umount2": 166, "pivot_root": 155, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323},
            **{"keyctl": 250, "add_key": 248, "request_key": 249, "kexec_load": 246, "init_module": 175},
            **{"finit_module": 313, "personality": 135, "kcmp": 312, "quotactl": 179, "chroot": 161},
            **{"name_to_handle_at": 303, "open_by_handle_at": 304, "nanosleep": 35, "clock_nanosleep": 230},
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            **{"clone": 220, "socket": 198, "socketpair": 199, "ptrace": 117},
            **{
                "process_vm_readv": 270,
                "process_vm_writev": 271,
                "shmget": 194,
                "msgget": 186,
                "semget": 190,
            },
            **{"mq_open": 180, "memfd_create": 279, "unshare": 97, "setns": 268, "mount": 40},
            **{"umount2": 39, "pivot_root": 41, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282},
            **{"keyctl": 219, "add_key": 217, "request_key": 218, "kexec_load": 104, "init_module": 105},
            **{"finit_module": 273, "personality": 92, "kcmp": 272, "quotactl": 60, "chroot": 51},
            **{"name_to_handle_at": 264, "open_by_handle_at": 265, "nanosleep": 101, "clock_nanosleep": 115},
        },
    ),
}
# The same number everywhere, as of all calls since 424; from here on all are refused as not there, so that
# libraries fall back on older ones: io_uring, clone3, new ways of mounting, and what is yet to come.
NEW = 424
SLEEPS = ("nanosleep", "clock_nanosleep")
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, MACHINE = 0, 4


def compiled(machine: str | None = None) -> bytes:
    """The filter as the kernel reads it. Raises SandboxError for a machine that is not known."""
    name = machine or platform.machine()
    if name not in MACHINES:
        raise SandboxError(
            f"programs cannot be run on a machine of the kind {name}: what a sandbox refuses is known for "
            f"{' and '.join(MACHINES)}; grade on one of these"
        )
    kind, numbers = MACHINES[name]
    steps = [(LOAD, 0, 0, MACHINE), (JUMP_EQUAL, 1, 0, kind), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    steps += [(JUMP_AT_LEAST, 0, 1, NEW), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    for call, number in numbers.items():
        refused = REFUSE | (0 if call in SLEEPS else errno.EPERM)
        steps += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, refused)]
    steps.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in steps)
