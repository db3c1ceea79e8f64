"""The built site: every number bound to its record, plots that agree with it, the same bytes every time."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import plotly.graph_objects
import pytest
from report_pages import Page
from report_results import study, write_results

from wideband.errors import WidebandError
from wideband.numbers import NumberRecord, read_records
from wideband.report import build_site, required_files
from wideband.report.cards import FILE, read_cards
from wideband.report.formats import render, render_interval
from wideband.report.markup import resolve
from wideband.report.pages import pages_of
from wideband.tables import read_table, write_table

STUDY = study()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results folder of the invented study with its site in report/."""
    folder = tmp_path_factory.mktemp("results")
    write_results(STUDY, folder)
    build_site(STUDY, folder, folder / "report")
    return folder


@pytest.fixture(scope="module")
def pages(root: Path) -> dict[str, Page]:
    """Every page of the site by its file name."""
    return {page.file: Page(root / "report" / page.file) for page in pages_of(STUDY, ())}


@pytest.fixture(scope="module")
def records(root: Path) -> dict[str, NumberRecord]:
    """The number records by id."""
    return {record.id: record for record in read_records(root / "numbers.jsonl")}


def test_every_reference_is_a_file_of_the_site_or_a_card(
    root: Path, pages: dict[str, Page], records: dict[str, NumberRecord]
) -> None:
    for page in pages.values():
        for reference in page.references:
            file, _, anchor = reference.partition("#")
            assert reference == "data:," or (root / "report" / file).is_file(), reference
            if file == "card.html":
                assert unquote(anchor) in records, reference
            else:
                assert not anchor or f'id="{anchor}"' in pages[file].html, reference


def test_pages_call_arms_and_stages_by_their_titles(root: Path, tmp_path: Path) -> None:
    documents = {
        section: {
            name: body.model_dump(exclude_defaults=True) for name, body in getattr(STUDY, section).items()
        }
        for section in ("arms", "stages")
    }
    documents["arms"]["panel"]["title"] = "Panel: of 3"
    for place, body in enumerate(documents["stages"].values()):
        body["title"] = f"Stage {place}"
    titled = study(**documents)
    build_site(titled, root, tmp_path)
    said = {page.file: Page(tmp_path / page.file) for page in pages_of(titled, ())}
    names = {
        trace["name"]
        for page in said.values()
        for plot in page.plots().values()
        for trace in plot["data"]
        if "name" in trace
    }
    assert {"Panel: of 3", "Panel: of 3 − think", "Panel: of 3, base"} <= names
    shown = " ".join([*names, *(text for page in said.values() for text in page.loose)])
    assert not re.findall(r"\bpanel\b|gsm8k.warmup|math.continuation|olympiad.rlvr", shown)
    assert "Stage 0, then Stage 1, then Stage 2" in shown


def test_no_page_names_another_host(pages: dict[str, Page]) -> None:
    assert not [name for name, page in pages.items() if "://" in page.html or 'src="//' in page.html]


def test_every_printed_number_is_what_its_record_says(
    pages: dict[str, Page], records: dict[str, NumberRecord]
) -> None:
    printed = [number for page in pages.values() for number in page.numbers]
    assert len(printed) > 300
    for attributes, text in printed:
        assert text == _expected(attributes, records.get(attributes["data-number"])), attributes


def _expected(attributes: dict[str, str], record: NumberRecord | None) -> str:
    part = attributes.get("data-part", "value")
    if record is None:
        return "–"
    if part == "detectable":
        # By hand: half the interval's width over 1.96 is the standard error, which 1.96 + 0.84 times is found
        # in four of five repetitions.
        return render((record.ci[1] - record.ci[0]) / 2 / 1.959964 * 2.801585, attributes["data-format"])
    if part == "n":
        return str(record.n)
    if part == "ci":
        low, high = record.ci
        return render_interval(
            (float("-inf") if low is None else low, float("inf") if high is None else high),
            attributes["data-format"],
        )
    return render(record.value, attributes["data-format"])


def test_every_printed_number_is_a_link_to_its_card(pages: dict[str, Page]) -> None:
    for page in pages.values():
        for attributes, _ in page.numbers:
            assert attributes["href"] == f"card.html#{quote(attributes['data-number'], safe='@+:/')}"


def test_no_number_is_typed_by_hand(pages: dict[str, Page]) -> None:
    names = [STUDY.title, *STUDY.arms, *STUDY.stages, *(name.replace("_", " ") for name in STUDY.stages)]
    names += [benchmark.title for benchmark in STUDY.benchmarks.values()] + ["GSM8K", "pass@1", "pass@4"]
    for file, page in pages.items():
        text = " ".join(page.loose)
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        text = re.sub(r"level \d+", "", text)
        assert not re.findall(r"\S*\d\S*", text), file


def test_settings_are_printed_from_the_study(pages: dict[str, Page]) -> None:
    found = re.findall(r'data-setting="([^"]+)"[^>]*>([^<]+)<', pages["index.html"].html)
    assert dict(found) == {
        "statistics.confidence": "95%",
        "statistics.resamples": "100",
        "statistics.seed": "7",
    }
    assert all(resolve(STUDY, path) for path, _ in found)


def _traces(pages: dict[str, Page]) -> Iterator[dict]:
    for page in pages.values():
        for figure in page.plots().values():
            yield from figure["data"]


def test_points_of_plots_are_number_records(pages: dict[str, Page], records: dict[str, NumberRecord]) -> None:
    curves = [trace for trace in _traces(pages) if trace["type"] == "scatter" and "customdata" in trace]
    assert len(curves) > 40
    for trace in curves:
        # Places have seven digits.
        values = pytest.approx([records[identity].value for identity in trace["customdata"]], rel=1e-6)
        assert values in (trace["y"], trace["x"])


def test_counts_in_bars_and_heat_map_are_number_records(
    pages: dict[str, Page], records: dict[str, NumberRecord]
) -> None:
    traces = list(_traces(pages))
    bars = [trace for trace in traces if trace["type"] == "bar"]
    heat = next(trace for trace in traces if trace["type"] == "heatmap")
    for trace in bars:
        assert trace["x"] == pytest.approx([records[i].value for i in trace["customdata"]], rel=1e-6)
    assert sum(map(sum, heat["z"])) == records["pool_size.olympiad_pool"].value


def test_plotly_accepts_every_figure(pages: dict[str, Page]) -> None:
    figures = [figure for page in pages.values() for figure in page.plots().values()]
    assert len(figures) > 30
    for figure in figures:
        plotly.graph_objects.Figure(figure)


def test_an_arm_has_one_colour_everywhere(pages: dict[str, Page]) -> None:
    seen: dict[str, set[str]] = {}
    for trace in _traces(pages):
        if "legendrank" in trace and trace["name"].split(",")[0] in STUDY.arms:
            seen.setdefault(trace["name"].split(",")[0], set()).add(trace["marker"]["color"])
    assert {arm: len(colours) for arm, colours in seen.items()} == dict.fromkeys(STUDY.arms, 1)
    assert len(set.union(*seen.values())) == len(STUDY.arms)


def test_the_same_results_give_the_same_bytes_from_the_declared_files_alone(
    root: Path, tmp_path: Path
) -> None:
    for path in required_files(STUDY):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, tmp_path / path)
    build_site(STUDY, tmp_path, tmp_path / "again")
    first, second = (_bytes(folder) for folder in (root / "report", tmp_path / "again"))
    assert first == second


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_undefined_number_is_a_dash_that_says_why(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "results")
    lines = (root / "numbers.jsonl").read_text().splitlines()
    gone = "pass@1.gsm8k_test.panel.olympiad_rlvr"
    changed = [
        json.dumps(json.loads(line) | {"value": None, "ci": None}) if f'"{gone}"' in line else line
        for line in lines
    ]
    (tmp_path / "results/numbers.jsonl").write_text("\n".join(changed) + "\n")
    build_site(STUDY, tmp_path / "results", tmp_path / "site")
    html = (tmp_path / "site/index.html").read_text()
    assert re.search(rf'data-number="{gone}"[^>]*title="{gone} is undefined on this study[^"]*">–<', html)


def test_undecided_rollouts_are_shown_where_there_are_any(
    root: Path, pages: dict[str, Page], tmp_path: Path
) -> None:
    words = ("rollouts without a verdict", "have no verdict and count as wrong")
    assert not [each for each in words if each in pages["index.html"].html]
    shutil.copytree(root, tmp_path / "results")
    lines = (root / "numbers.jsonl").read_text().splitlines()
    count = "undecided.gsm8k_test.panel.olympiad_rlvr"
    changed = [
        json.dumps(json.loads(line) | {"value": 3.0}) if line.startswith(f'{{"id": "{count}"') else line
        for line in lines
    ]
    assert changed != lines
    (tmp_path / "results/numbers.jsonl").write_text("\n".join(changed) + "\n")
    build_site(STUDY, tmp_path / "results", tmp_path / "site")
    html = (tmp_path / "site/index.html").read_text()
    row = re.search(rf"<tr><th[^>]*>{words[0]}, counted as wrong</th>.*?</tr>", html)[0]
    assert re.search(rf'data-number="{count}"[^>]*>3<', row)
    assert re.search(rf'Of panel, <a[^>]*data-number="{count}"[^>]*>3</a> of <a[^>]*>64</a> rollouts', html)
    cards = read_cards((tmp_path / "site" / FILE).read_text())["numbers"]
    for number in (
        "pass@1.gsm8k_test.panel.olympiad_rlvr",
        "vendi.diff.gsm8k_test.panel-think.olympiad_rlvr",
    ):
        assert cards[number]["undecided"] == [count]
    assert not cards["pass@1.gsm8k_test.panel.base"]["undecided"] and not cards[count]["undecided"]


def test_curves_of_training_are_drawn_where_there_are_any(
    root: Path, pages: dict[str, Page], tmp_path: Path
) -> None:
    """Verdicts that were not reached are of one arm; the other one alone was trained by rewards."""
    title = "Verdicts not reached, counted as wrong"
    assert title not in pages["training.html"].html
    for path in required_files(STUDY):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, tmp_path / path)
    for log in (tmp_path / "arms").glob("*/*/training_log.parquet"):
        rewards = {"undecided": 0.25, "reward": None} if "think" in log.parts else {}
        write_table(read_table(log, "training_log").assign(loss=0.5, **rewards), log, "training_log")
    build_site(STUDY, tmp_path, tmp_path / "site")
    html = (tmp_path / "site/training.html").read_text()
    assert title in html and "Loss by time of training" in html


def test_an_adjusted_p_stands_beside_the_raw_one_and_the_size_of_its_family(
    pages: dict[str, Page], records: dict[str, NumberRecord]
) -> None:
    html, gap = pages["index.html"].html, "pass@1.diff.gsm8k_test.panel-think.olympiad_rlvr"
    row = next(line for line in html.splitlines() if "accuracy (pass@1)" in line)
    shown = re.findall(r'data-number="([^"]+)"(?: data-part="(n)")?[^>]*>([^<]+)<', row)
    raw, adjusted = records[f"{gap}.p"], records[f"{gap}.p_holm"]
    assert shown[-3:] == [
        (raw.id, "", render(raw.value, "p")),
        (adjusted.id, "", render(adjusted.value, "p")),
        (adjusted.id, "n", str(len(STUDY.benchmarks))),
    ]


def test_results_without_numbers_say_which_rule_writes_them(tmp_path: Path) -> None:
    with pytest.raises(WidebandError, match=r"numbers\.jsonl: no number records; run the rule"):
        build_site(STUDY, tmp_path, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_the_first_page_says_that_nothing_was_audited(pages: dict[str, Page]) -> None:
    assert "Not audited." in pages["index.html"].html
