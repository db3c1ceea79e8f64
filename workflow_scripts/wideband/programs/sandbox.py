"""The sandbox: bubblewrap, which shows a process a bare file system and namespaces of its own.

Inside are Python with its standard library, the few files of `inside`, and a folder /tmp in memory that goes
with the process; nothing else can be read or written. There is no network, no other process to be seen, no
environment, and no right of an administrator. `seccomp` leaves out system calls, `inside.limits` sets limits.
"""

import os
import shutil
import sys
import sysconfig
from functools import cache
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

from . import seccomp
from .errors import SandboxError

TEMPORARY_BYTES = 1 << 24
INSIDE = Path(__file__).with_name("inside")
CODE = "/code/wideband/programs/inside"
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
# Where others than Python itself put modules, and with them whatever data.
INSTALLED = ("site-packages", "dist-packages")
NEEDED = (
    "programs that a model has written run in a sandbox only, and this machine has none: {}. Install "
    "bubblewrap 0.8 or later (on Debian and Ubuntu `apt-get install bubblewrap`, on Fedora and RHEL `dnf "
    "install bubblewrap`) on every machine that grades. The kernel has to let users make namespaces: "
    "user.max_user_namespaces above 0, kernel.unprivileged_userns_clone=1 or "
    "kernel.apparmor_restrict_unprivileged_userns=0 where there is such a setting; a container is allowed it "
    "by whoever starts it"
)


@cache
def command() -> tuple[str, ...]:
    """bubblewrap with all of its options, but for the filter and what is to run. Raises SandboxError."""
    found = shutil.which("bwrap")
    if not found:
        raise SandboxError(NEEDED.format("there is no command bwrap"))
    base = Path(sys.base_prefix)
    python = Path(sys._base_executable).resolve()
    own = [base / name for name in ("lib", "lib64") if (base / name).is_dir()]
    shown = [path for path in map(Path, LIBRARIES) if path.exists()]
    hidden = {place / name for place in _module_folders(own) for name in INSTALLED}
    binds = [
        part for path in dict.fromkeys([*shown, *own, python]) for part in ("--ro-bind", str(path), str(path))
    ]
    masks = [
        part
        for path in sorted(map(str, hidden))
        if os.path.isdir(path)
        for part in ("--tmpfs", path, "--remount-ro", path)
    ]
    environment = {
        "PYTHONPATH": "/code",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "LD_LIBRARY_PATH": ":".join(map(str, own)),
    }
    return (
        *(found, "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"),
        *("--die-with-parent", "--new-session", "--clearenv"),
        *(part for name, value in environment.items() for part in ("--setenv", name, value)),
        *binds,
        *masks,
        *("--ro-bind", str(INSIDE), CODE, "--dev-bind", "/dev/null", "/dev/null"),
        *("--size", str(TEMPORARY_BYTES), "--tmpfs", "/tmp", "--chdir", "/tmp", "--remount-ro", "/"),
    )


def _module_folders(own: list[Path]) -> list[Path]:
    debian = [Path(path) / "python3" for path in LIBRARIES]
    return [
        Path(sysconfig.get_path("stdlib")),
        *debian,
        *(found for path in own for found in path.glob("python3*")),
    ]


def start(
    module: str, arguments: list[str], hand_over: list[int], reads: int, writes: int, errors: int = DEVNULL
) -> Popen:
    """A module of `inside` in a sandbox of its own; descriptors in `hand_over` keep their numbers there.

    Raises SandboxError where there is no bubblewrap; what else keeps it from starting shows in its exit.
    """
    python = str(Path(sys._base_executable).resolve())
    with os.fdopen(written(seccomp.compiled()), "rb") as rules:
        return Popen(
            [*command(), "--seccomp", str(rules.fileno()), python, "-s", "-S", "-m", module, *arguments],
            pass_fds=[*hand_over, rules.fileno()],
            stdin=reads,
            stdout=writes,
            stderr=errors,
        )


def refusal() -> str:
    """Why no sandbox can be had here, in the words of bubblewrap, and what to do."""
    process = start("wideband.programs.inside.limits", [], [], DEVNULL, DEVNULL, PIPE)
    messages = process.communicate()[1].decode(errors="replace").strip().splitlines()
    what = messages[-1] if process.returncode and messages else "what it starts is not shut in"
    return NEEDED.format(f"bubblewrap does not work ({what})")


def written(content: bytes) -> int:
    """A descriptor of a nameless file with that content, at its beginning."""
    descriptor = os.memfd_create("wideband")
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
