"""Jobs that only count start without model libraries."""

import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[2] / "workflow_scripts"
COUNTING = (
    "slice", "heldout", "golds", "leakage", "grade", "band", "band_train", "passk", "diversity", "texts",
    "entail", "entailment", "cost", "number_records", "report",
)  # fmt: skip
HEAVY = ("torch", "transformers", "peft", "trl", "datasets", "sklearn", "scipy", "matplotlib", "sympy")


def test_scripts_that_count_import_no_model_library() -> None:
    code = f"import sys, {', '.join(COUNTING)}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    environment, command = {"PYTHONPATH": str(SCRIPTS)}, [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=SCRIPTS, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
