"""A fingerprint changes with the code and data that a script can reach, and with nothing else."""

import ast
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wideband.provenance import closure
from wideband.provenance.closure import ClosureError
from wideband.provenance.fingerprint import BY_NAME, PLUMBING, fingerprint, left_out_code, named_modules
from wideband.provenance.tree import Tree
from wideband.workflow.rule_jobs import RULES

ROOT = Path(__file__).parents[2]
FILES = {
    "workflow_scripts/train.py": "from wideband.training import run\nimport shared_part\n",
    "workflow_scripts/shared_part.py": "x = 1\n",
    "workflow_scripts/other.py": "x = 1\n",
    "workflow_scripts/wideband/__init__.py": "",
    "workflow_scripts/wideband/training/__init__.py": "from .loop import run\n",
    "workflow_scripts/wideband/training/loop.py": (
        "from ..provenance.job import note\n"
        "from .rewards import reward\n"
        "PROMPT = 'config/prompts/panel.txt'\n"
        "ENGINE = 'wideband.engines.fast:decode'\n"
        "def run():\n    '''Runs.'''\n    from .. import lazy\n    return reward, lazy\n"
    ),
    "workflow_scripts/wideband/training/rewards.py": "import wideband.grading.rules as rules\n",
    "workflow_scripts/wideband/training/unused.py": "x = 1\n",
    "workflow_scripts/wideband/grading/__init__.py": "from . import chain\n",
    "workflow_scripts/wideband/grading/chain.py": "x = 1\n",
    "workflow_scripts/wideband/grading/rules.py": (
        "from pathlib import Path\nTABLE = Path(__file__).parent / 'tables' / 'units.json'\n"
    ),
    "workflow_scripts/wideband/grading/tables/units.json": "{}",
    "workflow_scripts/wideband/grading/tables/other.json": "{}",
    "workflow_scripts/wideband/lazy.py": (
        "import importlib\ndef load(name):\n    return importlib.import_module(f'wideband.sources.{name}')\n"
        "def fixed():\n    return importlib.import_module('.plain', 'wideband.sources')\n"
    ),
    "workflow_scripts/wideband/engines/__init__.py": "",
    "workflow_scripts/wideband/engines/fast.py": "def decode(): return 'page'\n",
    "workflow_scripts/wideband/engines/slow.py": "x = 1\n",
    "workflow_scripts/wideband/provenance/__init__.py": "",
    "workflow_scripts/wideband/provenance/job.py": "import wideband.band\ndef note(): pass\n",
    "workflow_scripts/wideband/band/__init__.py": "x = 1\n",
    "workflow_scripts/wideband/sources/__init__.py": (
        "import importlib\ndef load(name): return importlib.import_module(f'{__name__}.{name}')\n"
        "PAGES = 'pages'\n"
    ),
    "workflow_scripts/wideband/sources/plain.py": "x = 1\n",
    "workflow_scripts/wideband/sources/pages/one.html": "<p>",
    "config/prompts/panel.txt": "Panel. {problem}",
    "config/prompts/think.txt": "Think. {problem}",
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def of(project: Path, script: str = "train") -> str:
    folder = project / "workflow_scripts"
    return fingerprint(folder / f"{script}.py", folder / "wideband").digest


def append(name: str, text: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        path = project / name
        path.write_text(path.read_text() + text)

    return change


PACKAGE = "workflow_scripts/wideband"
RERUNS = {
    "the script": append("workflow_scripts/train.py", "y = 1\n"),
    "a module beside the script": append("workflow_scripts/shared_part.py", "y = 1\n"),
    "a package's own file": append(f"{PACKAGE}/__init__.py", "y = 1\n"),
    "an imported name's module": append(f"{PACKAGE}/training/loop.py", "y = 1\n"),
    "a docstring": lambda project: replace(project, f"{PACKAGE}/training/loop.py", "Runs.", "Walks."),
    "a module three imports away": append(f"{PACKAGE}/grading/rules.py", "y = 1\n"),
    "what a package above imports": append(f"{PACKAGE}/grading/chain.py", "y = 1\n"),
    "a module imported in a function": append(f"{PACKAGE}/lazy.py", "y = 1\n"),
    "a module named in a string": append(f"{PACKAGE}/engines/fast.py", "y = 1\n"),
    "a module imported by a made-up name": append(f"{PACKAGE}/sources/plain.py", "y = 1\n"),
    "a prompt named in a string": append("config/prompts/panel.txt", "!"),
    "a data file named in parts": append(f"{PACKAGE}/grading/tables/units.json", " "),
    "a file in a data folder": append(f"{PACKAGE}/sources/pages/one.html", "!"),
    "a new file in a data folder": lambda project: (project / PACKAGE / "sources/pages/two.html").touch(),
    "a module gone": lambda project: (project / PACKAGE / "grading/chain.py").unlink(),
}
STAYS = {
    "a comment": append(f"{PACKAGE}/training/rewards.py", "# why\n"),
    "formatting": lambda project: replace(project, f"{PACKAGE}/training/loop.py", "    from", "\n    from"),
    "touch": lambda project: os.utime(project / PACKAGE / "lazy.py", (1, 1)),
    "a module that is not reached": append(f"{PACKAGE}/training/unused.py", "y = 1\n"),
    "another engine": append(f"{PACKAGE}/engines/slow.py", "y = 1\n"),
    "another script": append("workflow_scripts/other.py", "y = 1\n"),
    "another prompt": append("config/prompts/think.txt", "!"),
    "another data file": append(f"{PACKAGE}/grading/tables/other.json", " "),
    "provenance": append(f"{PACKAGE}/provenance/job.py", "y = 1\n"),
    "what only provenance imports": append(f"{PACKAGE}/band/__init__.py", "y = 1\n"),
    "compiled files": lambda project: cache(project / PACKAGE / "grading"),
}  # fmt: skip


def replace(project: Path, name: str, old: str, new: str) -> None:
    path = project / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def cache(folder: Path) -> None:
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__/rules.cpython-311.pyc").write_bytes(b"x")


@pytest.mark.parametrize("change", RERUNS)
def test_what_the_script_reaches_changes_it(change: str, project: Path) -> None:
    before = of(project)
    RERUNS[change](project)
    assert of(project) != before


@pytest.mark.parametrize("change", STAYS)
def test_what_it_does_not_reach_leaves_it(change: str, project: Path) -> None:
    before = of(project)
    STAYS[change](project)
    assert of(project) == before


def test_an_edit_that_restores_size_and_mtime_is_seen(project: Path) -> None:
    path = project / PACKAGE / "grading/chain.py"
    before, stat = of(project), path.stat()
    path.write_text("x = 2\n")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert of(project) != before


def test_it_does_not_depend_on_where_the_project_lies(project: Path, tmp_path: Path) -> None:
    before = of(project)
    moved = tmp_path.with_name(tmp_path.name + "_moved")
    project.rename(moved)
    assert of(moved) == before


def test_modules_that_import_each_other_end(project: Path) -> None:
    append(f"{PACKAGE}/grading/chain.py", "from . import rules\n")(project)
    append(f"{PACKAGE}/grading/rules.py", "from . import chain\n")(project)
    assert of(project)


def test_it_names_modules_and_data_files(project: Path) -> None:
    folder = project / "workflow_scripts"
    modules = fingerprint(folder / "train.py", folder / "wideband").modules
    assert {"train", "wideband.lazy", "wideband.grading.rules", "config/prompts/panel.txt"} <= modules.keys()
    assert f"{PACKAGE}/grading/tables/units.json" in modules
    assert not any(name.startswith("wideband.provenance") for name in modules)


def test_source_that_is_not_python_is_named_with_its_line(project: Path) -> None:
    append(f"{PACKAGE}/grading/chain.py", "def\n")(project)
    with pytest.raises(ClosureError, match=r"grading/chain\.py, line 2"):
        of(project)


def test_everything_left_out_exists() -> None:
    for name in PLUMBING:
        path = ROOT / "workflow_scripts" / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), name


def test_every_module_is_counted_by_a_job_or_stated_by_the_audit() -> None:
    scripts = ROOT / "workflow_scripts"
    files = [path.stem for room in BY_NAME for path in (scripts / room.replace(".", "/")).glob("*.py")]
    named = named_modules(files, Tree(scripts))
    reached = {
        name for rule in RULES for name in fingerprint(scripts / f"{rule}.py", scripts, named=named).modules
    }
    stated = left_out_code(scripts).modules.keys()
    assert Tree(scripts).modules.keys() - reached - stated == set()
    assert reached & stated == set()


def test_the_models_left_out_hold_fields_only() -> None:
    for name in ("base", "data", "evaluation", "policy", "training"):
        assert f"wideband.config.{name}" in PLUMBING
        tree = ast.parse((ROOT / PACKAGE / f"config/{name}.py").read_text())
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
        assert not functions, f"config/{name}.py has code that decides something: it must be fingerprinted"


def test_the_package_may_be_given_instead_of_its_folder(project: Path) -> None:
    folder = project / "workflow_scripts"
    assert fingerprint(folder / "train.py", folder).digest == of(project)


def test_one_part_of_the_study_is_not_the_whole_study(project: Path) -> None:
    config = project / PACKAGE / "config"
    config.mkdir()
    (config / "__init__.py").write_text("from .study import Study\n")
    (config / "study.py").write_text("class Study: pass\n")
    (config / "training.py").write_text("class Stage: pass\n")
    folder = project / "workflow_scripts"
    append(f"{PACKAGE}/lazy.py", "from .config.training import Stage\n")(project)
    modules = fingerprint(folder / "train.py", folder).modules
    assert "wideband.config" in modules and "wideband.config.study" not in modules
    append(f"{PACKAGE}/lazy.py", "from .config import Study\n")(project)
    assert "wideband.config.study" in fingerprint(folder / "train.py", folder).modules


def test_no_script_hides_a_module_of_the_standard_library() -> None:
    scripts = {path.stem for path in (ROOT / "workflow_scripts").glob("*.py")}
    assert not scripts & sys.stdlib_module_names, (
        "a script's folder comes first on its import path: rename it"
    )


def test_scripts_that_share_modules_parse_each_of_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed, parse = [], ast.parse
    monkeypatch.setattr(ast, "parse", lambda source, name="": parsed.append(name) or parse(source, name))
    closure._parsed.cache_clear()
    for module in sorted((ROOT / PACKAGE).rglob("*.py"))[:25]:
        fingerprint(module, ROOT / PACKAGE)
    assert len(parsed) == len(set(parsed)) > 25
