"""The sandbox under attack: programs that reach out, that exhaust the machine, that claim to have passed."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandboxes import sandboxed

from wideband.programs import sandbox, seccomp
from wideband.programs import verdicts as running
from wideband.programs.errors import SandboxError
from wideband.programs.exam import Suite
from wideband.programs.verdicts import verdicts

# A program whose `f` says whether what it tries is refused. Nothing but a refusal passes.
REFUSED = """
import ctypes, glob, os, signal, socket, subprocess, sys, threading
def f():
    try:
        {}
    except (OSError, MemoryError, RuntimeError, LookupError, ValueError):
        return "refused"
    return "done"
"""
ONE_MORE = "libc = ctypes.CDLL(None, use_errno=True)\n        if libc.{} < 0: raise OSError"
REACHES: dict[str, str] = {
    "the network": "socket.create_connection(('127.0.0.1', {port}), 5)",
    "sockets of a machine": "socket.socket(socket.AF_UNIX)",
    "a fork": "os.fork()",
    "a shell": "subprocess.run(['/bin/sh', '-c', 'true'])",
    "threads": "threading.Thread(target=f).start()",
    "a file of ours": "open({secret!r}).read()",
    "the home folder": "os.listdir(os.path.expanduser('~root')) and open({home!r})",
    "passwords": "open('/etc/passwd').read()",
    "the environment": "os.environ['WIDEBAND_TEST_KEY']",
    "writing outside": "open({outside!r}, 'w')",
    "writing at the top": "open('/escaped', 'w')",
    "writing to its own code": "open(sys.modules['wideband.programs.inside.wire'].__file__, 'a')",
    "writing where modules were": "open(os.path.dirname(os.__file__) + '/site-packages/escaped', 'w')",
    "other processes": "os.listdir('/proc')",
    "killing its parent": "os.kill({parent}, signal.SIGKILL)",
    "killing all others": "os.kill(-1, signal.SIGKILL)",
    "a full disk": "[open(f'/tmp/{{n}}', 'wb').write(b'x' * (1 << 22)) for n in range(9)]",
    "one large file": "open('/tmp/x', 'wb').write(b'x' * (1 << 25))",
    "all memory": "b'x' * (1 << 33)",
    "memory that nobody counts": ONE_MORE.format("memfd_create(b'x', 0)"),
    "memory of the system": ONE_MORE.format("shmget(0, 1 << 20, 0o1600)"),
    "namespaces": ONE_MORE.format("unshare(0x10000000)"),
    "tracing": ONE_MORE.format("ptrace(16, 1, 0, 0)"),
    "the kernel's rings": ONE_MORE.format("syscall(425, 8, 0)"),
    "higher limits": "__import__('resource').setrlimit(7, (4096, 4096))",
    "the tests": "[open(path).read() for path in glob.glob('/tmp/**', recursive=True)[1:]][0]",
    "the tests, as a descriptor": "[os.pread(fd, 9999, 0) for fd in range(3, 60)]",
}
# What a program says instead of computing `f() == "9f2c"`, whose right answer it cannot know.
WIRE = "import os, sys\nwire = sys.modules['wideband.programs.inside.wire']\n"
TO_ALL = """
import os
def told(text):
    for descriptor in range(1, 64):
        try:
            os.write(descriptor, text)
        except OSError:
            pass
def f(): told(b"passed\\n")
"""
FORGED: dict[str, str] = {
    "ends well": "import os\nos._exit(0)",
    "ends well when asked": "def f():\n    raise SystemExit(0)",
    "prints the verdict": "print('ready')\nprint('passed')\ndef f():\n    print('passed')",
    "writes the verdict everywhere": TO_ALL,
    "answers before it is asked": TO_ALL + "told(b'\"passed\"\\n')",
    "is equal to all": (
        "class All:\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
        "    def __bool__(self): return True\ndef f(): return All()"
    ),
    "is a text equal to all": (
        "class All(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__\n"
        "def f(): return All('x')"
    ),
    "changes what equal means": (
        "import builtins, sys\nbuiltins.AssertionError = Warning\nsys.exit = print\n"
        "def f(): return type('x', (), {'__eq__': print})()"
    ),
    "changes the wire": WIRE + "wire.encoded = lambda value, keep: {'kept': '9f2c'}\ndef f(): return 1",
    "sends what is no value": WIRE + "wire.encoded = lambda value, keep: {'set': [[1]]}\ndef f(): return 1",
    "sends what is no kind": WIRE + "wire.encoded = lambda value, keep: {'eval': '1'}\ndef f(): return 1",
    "sends a flood": "def f(): return 'x' * (1 << 25)",
    "sends a depth": "def f():\n    x = []\n    for _ in range(900): x = [x]\n    return x",
    "defines the tests": "def check(*_): return True\ndef f(): return ''\nAssertionError = None",
    "hangs up": "import os\nos.closerange(0, 64)\ndef f(): return 1",
    "looks at who asks": (
        "import sys\ndef f(): return str([sys._getframe(depth).f_locals for depth in range(1, 4)])"
    ),
    "tells nothing": "f = None",
    "is no program": "def f(:",
}
# Programs that do not come to an end, or come to a bad one, and what their verdicts are.
ENDS: dict[str, tuple[str, str]] = {
    "an endless loop": ("def f():\n    while True: pass", "timed_out"),
    "one that lets nothing through": (
        "def f():\n while True:\n  try: [0 for _ in iter(int, 1)]\n  except BaseException: pass",
        "timed_out",
    ),
    "an endless operation": ("def f(): return sum(range(10 ** 13))", "timed_out"),
    "a clock switched off": (
        "import signal\nsignal.signal(signal.SIGPROF, signal.SIG_IGN)\ndef f(): return sum(range(10 ** 13))",
        "timed_out",
    ),
    "recursion": ("def f(): return f()", "crashed"),
    "an error": ("def f(): return 1 / 0", "crashed"),
    "its own death": ("import os\ndef f(): os.kill(os.getpid(), 9)", "crashed"),
    "a broken stack": ("import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): return eval('f()')", "crashed"),
    "a wrong answer": ("def f(): return 'x'", "failed"),
    "a long sleep": ("import time\ndef f():\n    time.sleep(10 ** 6)\n    return '9f2c'", "passed"),
    "much output": (
        "import os\nmuch = bytes(1 << 24)\n"
        "def f():\n    for _ in range(256): os.write(1, much)\n    return '9f2c'",
        "passed",
    ),
    "input": ("def f(): return input()", "crashed"),
    "files of its own": (
        "def f():\n    open('/tmp/x', 'w').write('9f2c')\n    return open('/tmp/x').read()",
        "passed",
    ),
}
SECRET = Suite(("f",), "", "assert f() == '9f2c'", "")
LIMIT_S = 0.05


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server that says whether anybody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@sandboxed
def test_nothing_outside_the_sandbox_can_be_reached(
    tmp_path: Path, listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIDEBAND_TEST_KEY", "secret")
    (tmp_path / "secret").write_text("secret")
    told = {
        "port": listening.getsockname()[1],
        "secret": str(tmp_path / "secret"),
        "home": str(Path(__file__).resolve()),
        "outside": str(tmp_path / "outside"),
        "parent": os.getpid(),
    }
    refused = Suite(("f",), "", "assert f() == 'refused'", "")
    found = verdicts([(REFUSED.format(each.format(**told)), refused) for each in REACHES.values()], 1.0, 4)
    assert dict(zip(REACHES, found, strict=True)) == dict.fromkeys(REACHES, "passed")
    assert os.listdir(tmp_path) == ["secret"]
    with pytest.raises(BlockingIOError):
        listening.accept()


@sandboxed
def test_a_pass_cannot_be_forged() -> None:
    found = dict(zip(FORGED, verdicts([(code, SECRET) for code in FORGED.values()], 1.0, 4), strict=True))
    assert not {name: status for name, status in found.items() if status not in ("failed", "crashed")}
    # The same where a test asks only whether what comes back is true, or differs from something.
    for tests in ("assert f()", "assert f() != 'x'", "assert not f() == 'x'"):
        exam = Suite(("f",), "", tests, "")
        assert verdicts([(FORGED["is equal to all"], exam)], 1.0, 1) == ["failed"]


@sandboxed
def test_every_end_of_a_program_has_a_verdict() -> None:
    found = verdicts([(code, SECRET) for code, _ in ENDS.values()], LIMIT_S, 4)
    assert dict(zip(ENDS, found, strict=True)) == {name: status for name, (_, status) in ENDS.items()}


@sandboxed
def test_the_work_that_a_program_may_do_is_counted_and_not_timed() -> None:
    # It takes some number of rounds: below it the program is late each time, above it never.
    code = "def f(n): return sum(i % 2 for i in range(n))"
    for rounds, status in ((9_900, "passed"), (10_100, "timed_out")):
        exam = Suite(("f",), "", f"assert f({rounds}) == {rounds // 2}", "")
        assert [running.attempt(code, exam, 5.0, 10_000) for _ in range(2)] == [status] * 2


@sandboxed
def test_no_process_stays_behind() -> None:
    verdicts([(ENDS["an endless operation"][0], SECRET)], 0.01, 1)
    left = [path for path in Path("/proc").glob("[0-9]*/stat") if _is_child(path)]
    assert not left


def _is_child(path: Path) -> bool:
    try:
        text = path.read_text()
    except OSError:
        return False
    return "bwrap" in text and int(text.rpartition(")")[2].split()[1]) == os.getpid()


def test_what_a_clock_or_a_death_ends_is_tried_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"slow": ["late", "passed"], "late": ["late", "late"], "victim": ["died", "failed"]}
    said |= {"dead": ["died", "died"], "again": ["undecided", "passed"], "never": ["undecided", "undecided"]}
    said |= {"spent": ["timed_out"]}
    limits = []

    def attempt(code: str, _: Suite, seconds: float, ticks: int) -> str:
        limits.append((code, seconds, ticks))
        return said[code].pop(0)

    monkeypatch.setattr(running, "attempt", attempt)
    monkeypatch.setattr(running, "require", lambda: None)
    assert verdicts([(code, SECRET) for code in said], 1.0, 1) == [
        *("passed", "timed_out", "failed", "crashed", "passed", "undecided", "timed_out")
    ]
    first, second = (each[1:] for each in limits if each[0] == "slow")
    assert first[0] < second[0] and first[1] == second[1]


def test_a_sandbox_that_does_not_start_leaves_a_program_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "require", lambda: None)
    monkeypatch.setattr(sandbox, "command", lambda: ("/bin/false",))
    assert verdicts([("def f(): return '9f2c'", SECRET)], 1.0, 1) == ["undecided"]


@pytest.fixture
def anew() -> Iterator[None]:
    """What is known of this machine is forgotten, before and afterwards."""
    for _ in range(2):
        running.require.cache_clear()
        sandbox.command.cache_clear()
        if not _:
            yield


def test_without_bubblewrap_nothing_runs(anew: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(
        SandboxError, match=r"no command bwrap\. Install bubblewrap .*apt-get install bubblewrap"
    ):
        verdicts([("def f(): return '9f2c'", SECRET)], 1.0, 1)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys; sys.exit('bwrap: No permissions to create new namespace')", "No permissions to create"),
        # One that starts what it is told to, and shuts nothing in.
        (
            "import os, sys; words = sys.argv[-sys.argv[::-1].index({python!r}) - 1:]; "
            "os.execve({python!r}, words, {{'PYTHONPATH': {root!r}}})",
            "not shut in",
        ),
    ],
)
def test_a_bubblewrap_that_does_not_hold_runs_nothing(
    script: str, said: str, anew: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = str(Path(sys._base_executable).resolve())
    fake = tmp_path / "bwrap"
    root = str(Path(running.__file__).parents[2])
    fake.write_text(f"#!{sys.executable}\n{script.format(python=python, root=root)}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(fake))
    ran = tmp_path / "ran"
    with pytest.raises(SandboxError, match=said):
        verdicts([(f"open({str(ran)!r}, 'w')\ndef f(): return '9f2c'", SECRET)], 1.0, 1)
    assert not ran.exists()


def test_the_filter_is_known_for_the_usual_machines_alone() -> None:
    for machine in seccomp.MACHINES:
        assert len(seccomp.compiled(machine)) % 8 == 0
    with pytest.raises(SandboxError, match="riscv64"):
        seccomp.compiled("riscv64")
