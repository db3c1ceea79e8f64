"""Studies of other shapes: other arms, no band, one trained arm, nothing to compare."""

import re
from pathlib import Path

import pytest
import report_results
from report_pages import Page
from report_results import study, write_results

from wideband.config import Study
from wideband.config.runs import by_run, pooled
from wideband.report import build_site, required_files
from wideband.report.cards import FILE, read_cards
from wideband.report.names import compared, comparisons
from wideband.report.palette import arm_colours
from wideband.report.summary import verdict_of

PANEL = {"scaffold": "panel", "prompt": "config/prompts/panel_micro.txt"}
THINK = {"scaffold": "think", "prompt": "config/prompts/think_micro.txt"}
STAGE = {"slice": "gsm8k_train", "steps": 4, "groups": 2, "group_size": 4}


def _site(made: Study, folder: Path) -> dict[str, Page]:
    write_results(made, folder)
    build_site(made, folder, folder / "report")
    return {path.name: Page(path) for path in sorted((folder / "report").glob("*.html"))}


@pytest.fixture
def one_benchmark() -> dict[str, object]:
    """The smallest set of benchmarks."""
    return {"olympiad_heldout": {"title": "olympiad held-out", "n": 4}}


def test_arms_of_any_name_and_a_chain_without_a_band(
    tmp_path: Path, one_benchmark: dict[str, object]
) -> None:
    arms = {"debate": PANEL, "solo": THINK}
    made = study(arms=arms, compare=["debate", "solo"], stages={"warmup": STAGE}, benchmarks=one_benchmark)
    pages = _site(made, tmp_path)
    assert "debate − solo" in pages["index.html"].html
    assert "training.html" in pages and "band.html" not in pages, "a page without content is not in the menu"
    assert "band.html" not in pages["index.html"].html
    assert list(pages["learning.html"].plots()) == ["plot-chain-olympiad_heldout"]


def test_a_trained_arm_is_compared_with_an_untrained_one_at_their_ends(
    tmp_path: Path, one_benchmark: dict[str, object]
) -> None:
    made = study(arms={"panel": PANEL, "think": {**THINK, "train": False}}, benchmarks=one_benchmark)
    pages = _site(made, tmp_path)
    assert compared(made).checkpoint == "olympiad_rlvr-base"
    html = pages["index.html"].html
    assert '<th scope="col">panel − think, at olympiad rlvr and base</th>' in html
    said = re.sub(r"<script.*?</script>", "", html.split('id="key-numbers"')[0], flags=re.DOTALL)
    assert ", at olympiad rlvr and base" in said
    adjusted = re.findall(r"data-number=\"pass@1\.diff\.([^\"]+)\.p_holm\"", html)
    assert set(adjusted) == {"olympiad_heldout.panel-think.olympiad_rlvr-base"}
    assert "plot-hill-climbing" in pages["learning.html"].plots()


def test_a_study_in_which_nothing_is_solved(
    tmp_path: Path, one_benchmark: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_results, "SKILL", dict.fromkeys(("panel", "think", "plain"), -5.0))
    made = study(benchmarks=one_benchmark)
    pages = _site(made, tmp_path)
    assert "No difference in accuracy detected" in pages["index.html"].html
    assert "is undefined on this study" in pages["index.html"].html
    assert "plot-per-correct-olympiad_heldout" not in pages["cost.html"].plots()
    assert "neither" in pages["gallery.html"].html


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (0.01, "panel is ahead"),
        (0.2, "panel leads, but not significantly after adjustment for the number of tests"),
        (None, "panel leads, but no test of it is defined"),
    ],
)
def test_nobody_is_ahead_without_a_test(p_value: float | None, said: str) -> None:
    assert verdict_of((0.1, 0.3), p_value, 0.05, ("panel", "think")) == said


def test_every_pair_is_shown_with_the_size_of_the_family_of_all(
    tmp_path: Path, one_benchmark: dict[str, object]
) -> None:
    arms = {"panel": PANEL, "think": THINK, "hot": {**THINK, "against": "think"}}
    made = study(arms=arms, compare=["panel", "think"], benchmarks=one_benchmark)
    assert [both.minus for both in comparisons(made)] == ["panel − think", "hot − think"]
    pages = _site(made, tmp_path)
    html = pages["index.html"].html
    for pair in ("panel-think", "hot-think"):
        cell = f"olympiad_heldout.{pair}.olympiad_rlvr"
        assert f'data-number="pass@1.diff.{cell}.p_holm"' in html
        assert f'data-number="vendi.diff.{cell}"' in html
        assert f"pass@2.diff.{cell}" in pages["passk.html"].html
        assert f"budget_accuracy.diff.{cell}.half" in pages["cost.html"].html
        assert f"token_ratio.{cell}.both" in pages["cost.html"].html
        assert f"band_contingency.olympiad_pool.{pair}" in pages["band.html"].html
    assert html.count("family of <") == html.count(">2</") > 0
    names = [name for page in pages.values() for name in page.plots()]
    assert len(names) == len(set(names))
    # What think buys at the budget it shares with hot is not what it buys at the one it shares with panel.
    assert 'data-number="budget_accuracy.olympiad_heldout.hot-think.olympiad_rlvr.think.full"' in html


def test_arms_that_were_trained_several_times_are_shown_once_with_their_seeds(
    tmp_path: Path, one_benchmark: dict[str, object]
) -> None:
    made = by_run(study(seeds=[11, 12], benchmarks=one_benchmark))
    pages = _site(made, tmp_path)
    html = pages["index.html"].html
    assert 'data-number="pass@1.diff.olympiad_heldout.panel-think.olympiad_rlvr.p_holm"' in html
    for seed in ("11", "12"):
        assert re.search(rf'data-setting="arms.think_s{seed}.run.seed"[^>]*>{seed}<', html)
    assert "one training run" not in html
    assert 'data-number="pass@1.olympiad_heldout.panel_s11' not in html
    cards = read_cards((tmp_path / "report" / FILE).read_text())
    assert "pass@1.olympiad_heldout.panel_s11.olympiad_rlvr" in cards["numbers"]
    assert "pass@2.olympiad_heldout.panel.olympiad_rlvr" in pages["passk.html"].html
    assert "arms/panel_s11/olympiad_rlvr/rollouts" in pages["gallery.html"].html
    colours = arm_colours(made)
    assert colours["panel_s11"] == colours["panel_s12"] == arm_colours(pooled(made))["panel"]
    for path in required_files(made):
        assert (tmp_path / path).is_file(), path


def test_an_arm_that_was_trained_once_is_said_to_be_one_training_run(
    tmp_path: Path, one_benchmark: dict[str, object]
) -> None:
    pages = _site(study(benchmarks=one_benchmark), tmp_path)
    assert "Every arm was trained once" in pages["index.html"].html


def test_a_study_without_a_pair_shows_its_arm_alone(tmp_path: Path, one_benchmark: dict[str, object]) -> None:
    made = study(arms={"solo": THINK}, benchmarks=one_benchmark)
    pages = _site(made, tmp_path)
    assert compared(made) is None
    assert "plot-ratios-olympiad_heldout" not in pages["cost.html"].plots()
    assert "difference in accuracy" not in pages["index.html"].html
    assert pages["gallery.html"].html.count('<article class="case"') > 1
