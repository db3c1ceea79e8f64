"""What people see of a run: a line per job from the queue and the job's own log."""

from pathlib import Path

from wideband.cluster.queue import lines, read

QUEUE = """\
12|RUNNING|1:07|node2|rule_train_gsm8k_warmup_wildcards_panel
13|PENDING|0:00|(Resources)|rule_base_wildcards_nano
"""


def test_a_line_has_name_state_place_and_the_last_progress(tmp_path: Path) -> None:
    log = tmp_path / "rule_train_gsm8k_warmup" / "panel" / "12.log"
    log.parent.mkdir(parents=True)
    step = "train panel.gsm8k_warmup | step {} / 9  reward 0.250  tags 0.9  812 tokens/s  40 s left"
    log.write_text("".join(f"10:00:0{n} {step.format(n)}\n" for n in (1, 2)) + "Finished something else\n")
    said = lines(read(QUEUE), tmp_path)
    assert said["12"] == (
        "train_gsm8k_warmup panel  running 1:07  node2  "
        "step 2 / 9  reward 0.250  tags 0.9  812 tokens/s  40 s left"
    )
    assert said["13"] == "base nano  pending 0:00  (Resources)"


def test_a_job_without_progress_names_its_log(tmp_path: Path) -> None:
    log = tmp_path / "12.log"
    log.write_text("Building DAG of jobs...\n")
    assert lines(read(QUEUE), tmp_path)["12"].endswith(f"log {log}")
