"""Every job of a study, with the spec it runs under and the outputs it writes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..config import Study
from ..config.parameters import parameters
from ..plugin_registry import entries
from ..provenance.closure import Source, source
from ..provenance.fingerprint import PLUMBING, Fingerprint, fingerprint, named_modules, tree_of
from ..provenance.specs import Spec, environment_digest
from . import layout
from .cells import Cells
from .rule_jobs import RULES, Wildcards

# Verdicts that training has used, as rewards and in the band, keep the grader they were made with: a new
# grader grades evaluations again and trains nothing. Level L4 of the audit tells where it disagrees.
GRADER = "wideband.grading"


@dataclass(frozen=True)
class PlannedJob:
    """One job before it runs.

    Attributes:
        rule: the name of its script.
        spec_path, outputs: relative to the study's results folder.
        spec: its frozen description.
        code: the modules and files behind the digest in `spec.code`.
    """

    rule: str
    wildcards: Wildcards
    spec_path: str
    outputs: tuple[str, ...]
    spec: Spec
    code: Fingerprint

    @property
    def label(self) -> str:
        """Rule and wildcards in short, such as `sample panel.base.gsm8k_test`."""
        return " ".join((self.rule, Path(self.spec_path).stem))


def jobs(study: Study, project: Path, read: Callable[[Path], Source] = source) -> list[PlannedJob]:
    """All jobs of `study` as the code and locks under `project` stand now, producers before consumers.

    `read` gives the facts of source files, as in `fingerprint`.
    """
    lock = environment_digest(project / "envs")
    scripts = project / "workflow_scripts"
    tree = tree_of(scripts)

    @cache
    def code(rule: str, grader: bool, named: tuple[str, ...]) -> Fingerprint:
        left_out = PLUMBING if grader else (*PLUMBING, GRADER)
        return fingerprint(scripts / f"{rule}.py", scripts, left_out, named, read, tree)

    def planned(rule: str, wildcards: Wildcards, outputs: list[str]) -> PlannedJob:
        params = parameters(rule, study, wildcards)
        found = code(rule, _grades(rule, wildcards, study), named_modules(params, tree, entries()))
        spec = Spec(study.name, rule, wildcards, params, found.digest, lock)
        return PlannedJob(rule, wildcards, spec_path(rule, wildcards), tuple(outputs), spec, found)

    return [
        planned(rule, wildcards, outputs)
        for rule, listed in RULES.items()
        for wildcards, outputs in listed(Cells(study))
    ]


def spec_path(rule: str, wildcards: Wildcards) -> str:
    """Where a job's spec lies: named by its wildcards, `study` for a rule with one job."""
    return f"{layout.SPECS}/{rule}/{'.'.join(wildcards.values()) or 'study'}.json"


def _grades(rule: str, wildcards: Wildcards, study: Study) -> bool:
    """Whether a new grader concerns a job. Numbers and report ask tasks what they give, not how they read."""
    kept = rule == "grade" and wildcards["slice"] == study.band.pool
    return not (kept or rule in ("train", "number_records", "report"))
