"""Whether this machine lets anybody make a sandbox: tests of programs are skipped only where it does not."""

import shutil
import subprocess

import pytest

# What bubblewrap needs of the kernel, without anything of ours.
PLAIN = ("--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "--tmpfs", "/tmp", "true")


def _missing() -> str:
    """Why there can be no sandbox here; nothing where there can."""
    found = shutil.which("bwrap")
    if not found:
        return "no bubblewrap on this machine: apt-get install bubblewrap"
    said = subprocess.run([found, *PLAIN], capture_output=True, text=True, check=False)
    return f"this kernel or container allows no sandbox: {said.stderr.strip()}" if said.returncode else ""


REASON = _missing()
sandboxed = pytest.mark.skipif(bool(REASON), reason=REASON)
