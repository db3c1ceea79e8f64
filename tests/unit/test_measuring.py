"""Models by their names on the command line, the study file of a measurement, and what it says in words."""

import json
from pathlib import Path

import pytest

from wideband.cli import main, measure
from wideband.config import load_study
from wideband.measuring import DEFAULT, QUESTIONS, Model, ModelError, model_of, named, pinned, study_text
from wideband.numbers import NumberRecord
from wideband.report.book import Book
from wideband.report.in_words import in_words
from wideband.workflow.jobs import jobs

ROOT = Path(__file__).resolve().parents[2]
COMMIT = "0123456789" * 4
PACKAGE = "package:smollm2-135m-instruct"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the repository's own configuration, a folder of weights and an adapter of it."""
    (tmp_path / "config/studies").mkdir(parents=True)
    for name in ("prompts", "spaces"):
        (tmp_path / "config" / name).symlink_to(ROOT / "config" / name)
    for name in ("envs", "workflow_scripts"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name, content in {
        "model/config.json": {"max_position_embeddings": 512, "dtype": "float32"},
        "tuned/adapter_config.json": {"base_model_name_or_path": str(tmp_path / "model")},
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content))
    (tmp_path / "tuned/adapter_model.safetensors").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return tmp_path


def test_every_kind_of_model_is_known_by_its_name(project: Path) -> None:
    model = {"kind": "hub", "name": "model", "repo": "./model", "context": 512, "dtype": "float32"}
    assert model_of("model") == Model("model", model)
    tuned = model | {"name": "tuned", "repo": str(project / "model")}
    assert model_of("tuned") == Model("tuned", tuned, {"repo": "./tuned"})
    assert model_of(PACKAGE).base == {"kind": "package", "name": "smollm2-135m-instruct"}
    assert model_of(f"Some/Model-1.5B@{COMMIT}") == Model(
        "model_1_5b", {"kind": "hub", "name": "model_1_5b", "repo": "Some/Model-1.5B", "revision": COMMIT}
    )
    there = model_of("http://127.0.0.1:8000/v1#org/chat-7b").base
    assert there == {
        "kind": "endpoint",
        "name": "chat_7b",
        "url": "http://127.0.0.1:8000/v1",
        "model": "org/chat-7b",
        "key_variable": None,
    }
    names = [each.name for each in named([model_of("model"), model_of(f"x/model@{COMMIT}")])]
    assert names == ["model", "model_2"]


def test_an_adapter_stands_on_the_base_that_it_names_wherever_either_lies(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned, model = named([model_of("tuned"), model_of("model")])
    assert tuned.base == model.base and model.base["name"] == "model"
    config = project / "tuned/adapter_config.json"
    config.write_text(json.dumps({"base_model_name_or_path": "x/large", "revision": COMMIT}))
    assert model_of("tuned").base == {"kind": "hub", "name": "tuned", "repo": "x/large", "revision": COMMIT}
    # As `wideband publish` writes it.
    (project / "model").rename(project / "tuned/base")
    config.write_text(json.dumps({"base_model_name_or_path": None}))
    assert model_of("tuned").base["repo"] == "./tuned/base"
    there = {"x/small": {"base_model_name_or_path": "x/large"}}
    files = {"adapter_config.json": there, "config.json": {"x/large": {"max_position_embeddings": 512}}}
    monkeypatch.setattr("wideband.measuring.models._on_hub", lambda repo, _, name: files[name].get(repo))
    small = pinned(model_of(f"x/small@{COMMIT}"), {"x/large": COMMIT[::-1]})
    large = {"kind": "hub", "name": "small", "repo": "x/large", "revision": COMMIT[::-1], "context": 512}
    assert small == Model("small", large, {"repo": "x/small", "revision": COMMIT})
    for base, said in {
        None: "names no base",
        "tuned": "not the folder of a model|itself",
        "http://x/v1#m": "nor a hub id",
    }.items():
        there["x/small"] = {"base_model_name_or_path": base}
        with pytest.raises(ModelError, match=said):
            pinned(model_of(f"x/small@{COMMIT}"), {})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nowhere", "nowhere: no such folder and no model; name a folder, package:NAME"),
        ("package:none", "package:none: no such model; there are smollm2-135m-instruct"),
        ("https://api.example/v1", "which model there? Write https://api.example/v1#MODEL"),
        ("config", "config.json: no such file, so this is not the folder of a model"),
    ],
)
def test_a_model_that_is_not_there_is_named(project: Path, given: str, said: str) -> None:
    with pytest.raises(ModelError, match=said.replace(".", r"\.").replace("?", r"\?")):
        model_of(given)


def test_the_study_file_loads_and_compares_every_model_with_the_one_named(project: Path) -> None:
    models = named([model_of(PACKAGE), model_of("model"), model_of("http://127.0.0.1:1/v1#there")])
    file = project / "config/studies/three.yaml"
    file.write_text(study_text("three", models, "model", list(QUESTIONS)))
    study = load_study("three")
    assert study.pairs() == [("smollm2_135m_instruct", "model"), ("there", "model")]
    assert study.trained() == [] and list(study.benchmarks) == list(QUESTIONS)
    assert study.is_endpoint("there") and study.base_of("model").repo == "./model"
    assert {job.rule for job in jobs(study, project)} >= {"sample", "loglikelihood", "report"}
    file.write_text(study_text("three", models, None, DEFAULT))
    assert load_study("three").pairs() == []


def test_the_plan_says_what_it_costs_and_the_file_is_kept(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["measure", PACKAGE, "--plan", "--with", "answers,open"]
    assert main(command) == 0
    said = capsys.readouterr().out
    file = project / "config/studies/measure-smollm2_135m_instruct.yaml"
    assert f"Study: {file.relative_to(project)}" in said
    # Six spaces, 32 samples of 8 tokens each; eight prompts, 4 samples of 48 tokens each.
    assert "at most 3,072 sampled tokens in 2 tables of samples, 2 tables of exact laws" in said
    assert main(command) == 0
    file.write_text(f"{file.read_text()}# mine\n")
    assert main(command) == 2
    assert "exists already with other content; run it with snakemake" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("--with answers,nothing", "--with nothing: no such question; there are answers, laws"),
        ("--with ,", "--with: names no question"),
        (f"--against {PACKAGE}", "is the only model; name another to compare it with"),
        ("--name ../x", "--name: '../x' has illegal characters"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], command: str, said: str
) -> None:
    assert main(["measure", PACKAGE, "--plan", *command.split()]) == 2
    assert said in capsys.readouterr().err
    assert not list(project.glob("config/studies/*"))


@pytest.mark.parametrize(
    "given",
    [
        "https://api.example/v1?key=secret#m",
        "https://user:secret@api.example/v1#m",
        "HTTPS://user:secret@api.example/v1#m",
        "https://api.example/v1#m?key=secret",
        "api.example/v1?key=secret#m",
        "user:secret@api.example/v1",
        "https://api.example/v1?key=secret",
    ],
)
def test_a_key_in_an_address_is_neither_shown_nor_written(
    project: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    assert main(["measure", given, "--plan"]) == 2
    said = capsys.readouterr()
    assert "nor a plain address" in said.err and "secret" not in said.out + said.err
    assert not list(project.glob("config/studies/*"))


def test_a_study_that_does_not_load_leaves_no_file(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "study_text", lambda *_: "name: other\n")
    assert main(["measure", PACKAGE, "--plan"]) == 2
    assert not list(project.glob("config/studies/*"))


@pytest.mark.parametrize(
    ("url", "named_by_user", "key"),
    [
        ("https://api.openai.com/v1", None, "OPENAI_API_KEY"),
        ("http://api.openai.com/v1", None, None),
        ("https://api.openai.com.example/v1", None, None),
        ("https://api.example/v1", None, None),
        ("https://api.example/v1", "MY_KEY", "MY_KEY"),
    ],
)
def test_a_key_goes_to_its_own_address_whether_it_is_set_or_not(
    project: Path, monkeypatch: pytest.MonkeyPatch, url: str, named_by_user: str | None, key: str | None
) -> None:
    unset = model_of(f"{url}#m", named_by_user)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert model_of(f"{url}#m", named_by_user) == unset
    assert unset.base["key_variable"] == key


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("https://a.example/v1#m --key-variable sk-secret", "--key-variable: not the name of an environment"),
        (
            "https://a.example/v1#m https://b.example/v1#m --key-variable K",
            "holds the key of one endpoint, but there are 2",
        ),
        (f"{PACKAGE} --key-variable K", "holds the key of one endpoint, but there are 0"),
    ],
)
def test_a_variable_that_names_no_key_of_one_endpoint_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], command: str, said: str
) -> None:
    assert main(["measure", "--plan", *command.split()]) == 2
    err = capsys.readouterr().err
    assert said in err and "secret" not in err


def test_a_branch_that_moves_does_not_change_a_study_that_is_there(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = iter([COMMIT, COMMIT[::-1]])
    monkeypatch.setattr("wideband.measuring.models._on_hub", lambda *_: None)
    monkeypatch.setattr("wideband.measuring.models._commit", lambda _: next(commits))
    command = ["measure", "x/one", "--plan", "--with", "answers"]
    assert main(command) == 0
    file = project / "config/studies/measure-one.yaml"
    before = file.read_text()
    assert COMMIT in before and "as in" not in capsys.readouterr().out
    assert main(command) == 0
    assert f"x/one: at commit {COMMIT}, as in config/studies" in capsys.readouterr().out
    assert file.read_text() == before
    assert main([*command, "--name", "later"]) == 0
    assert COMMIT[::-1] in file.with_name("later.yaml").read_text()


def test_words_are_of_records_and_only_of_those_that_are_there(project: Path) -> None:
    file = project / "config/studies/one.yaml"
    file.write_text(study_text("one", named([model_of(PACKAGE)]), None, ["answers"]))
    identity = "valid_mass.answers.smollm2_135m_instruct.base"
    record = NumberRecord(identity, 0.4, "fraction", (0.3, 0.5), 6, "answers.mean", {}, None, (), "")
    (found,) = in_words(load_study("one"), Book({identity: record}))
    assert (found.title, [each.identity for each in found.said]) == ("picks from lists", [identity])
    assert in_words(load_study("one"), Book({})) == []


def test_words_of_open_prompts_say_how_many_answers_differ(project: Path) -> None:
    file = project / "config/studies/one.yaml"
    file.write_text(study_text("one", named([model_of(PACKAGE)]), None, ["open"]))
    told = ("unique_answers", "top_answer_share", "vendi")
    records = {
        name: NumberRecord(name, 0.4, "", (0.3, 0.5), 8, "answers.mean", {}, None, (), "")
        for name in (f"{metric}.open.smollm2_135m_instruct.base" for metric in told)
    }
    (found,) = in_words(load_study("one"), Book(records))
    assert [each.identity.partition(".")[0] for each in found.said] == list(told)
