"""A study file loads, or one message names the file, every dotted key and the remedy."""

from pathlib import Path

import pytest

from wideband.config import load_study
from wideband.config.load import StudyError

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path.stem for path in (ROOT / "config/studies").glob("*.yaml"))
MICRO = Path(__file__).with_name("study_to_change.yaml").read_text(encoding="utf-8")


def load_text(folder: Path, text: str, name: str = "micro") -> object:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_study(path, ROOT)


def refusal(folder: Path, text: str, name: str = "micro") -> str:
    with pytest.raises(StudyError) as caught:
        load_text(folder, text, name)
    return str(caught.value)


def changed(old: str, new: str) -> str:
    assert old in MICRO
    return MICRO.replace(old, new, 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_study_loads(name: str) -> None:
    assert load_study(name, ROOT).name == name


def test_the_expected_studies_are_shipped() -> None:
    assert {"micro", "nano", "real-smoke", "qwen3-30b-a3b"} <= set(SHIPPED)


def test_the_published_recipe_is_in_the_real_study() -> None:
    study = load_study("qwen3-30b-a3b", ROOT)
    warmup, math, olympiad = study.stages.values()
    assert [stage.steps for stage in (warmup, math, olympiad)] == [80, 128, 100]
    assert [stage.groups * stage.group_size for stage in (warmup, math, olympiad)] == [128] * 3
    assert [stage.max_tokens for stage in (warmup, math, olympiad)] == [4096, 8192, 12288]
    assert (study.lora.rank, study.lora.lm_head, study.trainer.tag_coefficient) == (32, False, 0.2)
    assert (study.band.n_samples, study.band.heldout.n_per_source) == (8, 25)
    assert study.base_of("thinking_native").repo != study.base_of("panel").repo == study.base.repo


REFUSED = {
    "two arms called the same in the report": (
        "  think: {scaffold",
        "  think: {title: panel, scaffold",
        "arms.think.title: arms.panel is called the same in the report; change one",
    ),
    "an output head that training would leave as it is": (
        "alpha: 16}",
        "alpha: 16, lm_head: true}",
        "lora.lm_head: training cannot adapt the output head",
    ),
    "processes that cannot share a step": (
        "prices:",
        "resources: {training: {nodes: 3}}\nprices:",
        "stages.gsm8k_warmup.groups: 128 rollouts a step cannot be shared evenly by 3 processes",
    ),
    "groups cut in two under refilling": (
        "prices:",
        "trainer: {refill_rounds: 1}\nresources: {training: {gpus: 32}}\nprices:",
        "stages.gsm8k_warmup.groups: 16 groups cannot be shared evenly by 32 processes",
    ),
    "hardware of an unknown stage": (
        "prices:",
        "resources: {stages: {gsm8k_warmpu: {gpus: 8}}}\nprices:",
        "resources.stages: unknown stage 'gsm8k_warmpu'; did you mean 'gsm8k_warmup'?",
    ),
    "an address that is none": (
        "sampling: {engine: transformers,",
        "sampling: {engine: vllm, url: 'file:///etc',",
        "sampling.url: 'file:///etc' is not an address; write it as http://host:port",
    ),
    "arguments for a server that runs": (
        "sampling: {engine: transformers,",
        "sampling: {engine: vllm, url: http://x, server_args: {enforce_eager: true},",
        "sampling.server_args: the server at url runs already; give them where it is started",
    ),
    "an argument that is the pipeline's own": (
        "sampling: {engine: transformers,",
        "sampling: {engine: vllm, server_python: python, server_args: {hos: 0.0.0.0},",
        "sampling.server_args.hos: not an option that a study may give",
    ),
    "more engines than GPUs": (
        "sampling: {engine: transformers,",
        "resources: {sampling: {gpus: 4}}\nsampling: {engine: vllm, url: http://x, tensor_parallel: 2,",
        "resources.sampling.processes: 4 engines of sampling.tensor_parallel 2 do not fit on 4 GPUs",
    ),
    "unknown key": (
        "steps: 20",
        "steps: 20, grops: 3",
        "stages.gsm8k_warmup.grops: unknown key; did you mean 'groups'",
    ),
    "unknown base key": (
        "kind: pretrain",
        "kind: pretrain\n  hiden_size: 9",
        "base.hiden_size: unknown key; did you mean 'hidden_size'",
    ),
    "missing key": ("split: train, n: 256", "n: 256", "data.slices.gsm8k_train.split: missing key"),
    "wrong type": (
        "batch_size: 256",
        "batch_size: many",
        "sampling.batch_size: input should be a valid integer, but is 'many'",
    ),
    "number as text": (
        "steps: 20",
        "steps: '20'",
        "stages.gsm8k_warmup.steps: input should be a valid integer",
    ),
    "infinite number": ("lr: 2.0e-3", "lr: .inf", "stages.gsm8k_warmup.lr"),
    "wrong kind": (
        "kind: pretrain",
        "kind: hob",
        "base.kind: is 'hob'; it must be 'pretrain', 'package', 'hub' or 'endpoint'",
    ),
    "no kind": ("kind: pretrain", "layers: 2", "base.kind: missing key"),
    "out of range": ("rank: 8", "rank: 0", "lora.rank: input should be greater than or equal to 1, but is 0"),
    "unknown scaffold": (
        "scaffold: panel",
        "scaffold: panl",
        "arms.panel.scaffold: unknown scaffold 'panl'; did you mean 'panel'",
    ),
    "missing prompt": ("panel_micro.txt", "panl.txt", "arms.panel.prompt: no file"),
    "stage slice": (
        "slice: gsm8k_train",
        "slice: gsm_train",
        "stages.gsm8k_warmup.slice: unknown slice 'gsm_train'; did you mean 'gsm8k_train'",
    ),
    "retained slice": (
        "slice: gsm8k_train",
        "retain: {slice: gsm_train}, slice: gsm8k_train",
        "stages.gsm8k_warmup.retain.slice: unknown slice 'gsm_train'; did you mean 'gsm8k_train'",
    ),
    "retained for nothing": (
        "slice: gsm8k_train",
        "retain: {slice: gsm8k_test, weight: 0}, slice: gsm8k_train",
        "stages.gsm8k_warmup.retain.weight: input should be greater than 0, but is 0",
    ),
    "benchmark slice": (
        "  gsm8k_test: {title",
        "  gsm9k_test: {title",
        "benchmarks.gsm9k_test: unknown slice 'gsm9k_test'; did you mean 'gsm8k_test'",
    ),
    "pool": (
        "pool: olympiad_pool",
        "pool: olympiad",
        "band.pool: unknown slice 'olympiad'; did you mean 'olympiad_pool'",
    ),
    "source": (
        "source: gsm8k, split: train",
        "source: gsm9k, split: train",
        "data.slices.gsm8k_train.source: unknown source of origin generated 'gsm9k'; did you mean 'gsm8k'",
    ),
    "exclude": (
        "split: train, n: 256",
        "split: train, n: 256, exclude: [gsm8k_tst]",
        "data.slices.gsm8k_train.exclude: unknown slice or source 'gsm8k_tst'; did you mean 'gsm8k_test'",
    ),
    "a setting that the source has no use for": (
        "split: train, n: 256}",
        "split: train, n: 256, shots: 2}",
        "data.slices.gsm8k_train.shots: source gsm8k does not use it; remove it",
    ),
    "no answer space": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train}",
        "data.slices.gsm8k_train.spaces: missing key",
    ),
    "an unknown answer space": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train, spaces: [fruits]}",
        "fruits.yaml: no such answer space; did you mean 'fruit'?",
    ),
    "an answer space outside its folder": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train, spaces: [../studies/micro]}",
        "data.slices.gsm8k_train.spaces: answer space '../studies/micro'",
    ),
    "orders of a range, which is not listed": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train, spaces: [integer_1_10], listed: true, orders: 2}",
        "orders: 'integer_1_10' is a range",
    ),
    "orders of options that are not shown": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train, spaces: [fruit], orders: 2}",
        "orders: options that are not shown have no order",
    ),
    "spaces of examples that nobody asks for": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train, spaces: [fruit], shot_spaces: [metal]}",
        "shot_spaces: no examples are asked for",
    ),
    "more ways of asking than there are": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train, spaces: [fruit], paraphrases: 99}",
        "paraphrases: 99, but config/spaces/fruit.yaml has 4 ways of asking",
    ),
    "examples that would give answers away": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train, spaces: [fruit], shots: 2, shot_spaces: [fruit, metal]}",
        "shots: 2, but only 1 of shot_spaces have no option in common with 'fruit'",
    ),
    "a split that a built-in source lacks": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: knowledge, split: train}",
        "data.slices.gsm8k_train.split: source knowledge has no train; set test",
    ),
    "a file that is not there": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: passages, split: test, file: texts.csv}",
        "data.slices.gsm8k_train.file: no file texts.csv",
    ),
    "an unknown kind of prompts": (
        "{source: gsm8k, split: train, n: 256}",
        "{source: prompts, split: test, kinds: [place]}",
        "data.slices.gsm8k_train.kinds: unknown kind of prompts 'place'",
    ),
    "a pool without right answers": (
        "{source: olympiad, split: pool, n: 180, stratify: source}",
        "{source: prompts, split: test}",
        "band.pool: items of task 'open' have no right answers",
    ),
    "exclude itself": (
        "split: train, n: 256",
        "split: train, n: 256, exclude: [gsm8k_train]",
        "cannot exclude itself",
    ),
    "context": (
        "n: 8, max_tokens: 96",
        "n: 8, max_tokens: 4096",
        "benchmarks.gsm8k_test.max_tokens: 4096 leaves no room for a prompt in the context of 4096",
    ),
    "two band stages": (
        "slice: math_train",
        "slice: null",
        "stages.olympiad_rlvr.slice: stage 'math_continuation' already trains on the band",
    ),
    "batches": (
        "groups: 16, group_size: 8",
        "groups: 9, group_size: 8",
        "stages.gsm8k_warmup.groups: 9 x group_size 8 = 72 rollouts",
    ),
    "too many groups": ("train, n: 256", "train, n: 4", "but slice 'gsm8k_train' has only 4 problems"),
    "hill-climbing": (
        "publish_every: 10, ",
        "",
        "stages.olympiad_rlvr.hill_climb: no checkpoint inside the stage",
    ),
    "compare": (
        "sampling:",
        "compare: [panel, thnk]\nsampling:",
        "compare: unknown arm 'thnk'; did you mean 'think'",
    ),
    "compare itself": ("sampling:", "compare: [panel, panel]\nsampling:", "compare: 'panel' twice"),
    "compare twice": (
        "sampling:",
        "compare: [[panel, think], [panel, plain], [think, panel]]\nsampling:",
        "compare: 'think' and 'panel' are a pair already; name each pair once",
    ),
    "compare one": (
        "sampling:",
        "compare: [panel]\nsampling:",
        "compare: write pairs of arms, as [a, b] or [[a, b], [a, c]], but is ['panel']",
    ),
    "against itself": ("  plain: {", "  plain: {against: plain, ", "arms.plain.against: 'plain' twice"),
    "against nobody": ("  plain: {", "  plain: {against: pane, ", "arms.plain.against: unknown arm 'pane'"),
    "against, and compare": (
        "train: false}",
        "train: false, against: panel}\ncompare: [panel, plain]",
        "arms.plain.against: 'plain' and 'panel' are a pair already",
    ),
    "arm characters": ("  plain: {", "  plain-arm: {", "arms.plain-arm: 'plain-arm' has illegal characters"),
    "stage called base": ("  gsm8k_warmup:", "  base:", "stages.base: 'base' is the untrained policy"),
    "deepspeed": (
        "sampling:",
        "trainer: {deepspeed: zero9.json}\nsampling:",
        "trainer.deepspeed: no file zero9.json",
    ),
    "key of another method": (
        "gsm8k_train, steps: 20, ",
        "gsm8k_train, steps: 20, method: soft_target, ",
        "stages.gsm8k_warmup.group_size: unknown key; it is one of method grpo, and this stage trains by "
        "soft_target: remove it",
    ),
    "key of no method": (
        "gsm8k_train, steps: 20, ",
        "gsm8k_train, steps: 20, method: sft, stps: 3, ",
        "stages.gsm8k_warmup.stps: unknown key; did you mean 'steps'?",
    ),
    "problems of a slice that is drawn otherwise": (
        "  gsm8k_train: {source: gsm8k, split: train, ",
        "  gsm8k_train: {drawn_as: math_train, source: gsm8k, split: train, ",
        "data.slices.gsm8k_train.drawn_as: source, ",
    ),
    "problems of no slice": (
        "  gsm8k_train: {source: gsm8k, split: train, ",
        "  gsm8k_train: {drawn_as: gsm8k_trains, source: gsm8k, split: train, ",
        "data.slices.gsm8k_train.drawn_as: unknown slice 'gsm8k_trains'; did you mean 'gsm8k_train'?",
    ),
    "worked answers that no slice asks for": (
        "group_size: 8, max_tokens: 96, lr: 2.0e-3",
        "method: sft, answers: solutions, lr: 2.0e-3",
        "stages.gsm8k_warmup.answers: slice 'gsm8k_train' has no worked answers; set "
        "data.slices.gsm8k_train.solutions",
    ),
    "pairs of a source without any": (
        "group_size: 8, max_tokens: 96, lr: 2.0e-3",
        "method: dpo, lr: 2.0e-3",
        "stages.gsm8k_warmup.method: 'dpo' needs preference pairs, and source gsm8k has none; name a slice "
        "of source preferences",
    ),
    "method without a law": (
        "group_size: 8, max_tokens: 96, lr: 2.0e-3",
        "method: sft, lr: 2.0e-3",
        "stages.gsm8k_warmup.method: 'sft' needs a target law over options, which items of task 'math'",
    ),
    "an embedder that no package carries": (
        "diversity: {",
        "diversity: {embedder: package:all-MiniLM-L6, ",
        "diversity.embedder: unknown model of a package 'all-MiniLM-L6'; did you mean 'all-MiniLM-L6-v2'?",
    ),
    "a stand-in of another name": (
        "diversity: {",
        "entailment: {model: stand-in:overlaps}\ndiversity: {",
        "entailment.model: unknown stand-in 'overlaps'; did you mean 'overlap'?",
    ),
    "unknown method": (
        "gsm8k_train, steps: 20, ",
        "gsm8k_train, steps: 20, method: soft_targets, ",
        "stages.gsm8k_warmup.method: is 'soft_targets'; it must be 'grpo', 'soft_target', 'sft' or 'dpo'",
    ),
    "steps and tokens": (
        "gsm8k_train, steps: 20, ",
        "gsm8k_train, steps: 20, tokens: 1000, ",
        "stages.gsm8k_warmup.tokens: steps are given as well; remove one of the two",
    ),
    "neither steps nor tokens": (
        "gsm8k_train, steps: 20, ",
        "gsm8k_train, ",
        "stages.gsm8k_warmup.steps: missing key; say how long to train, by steps or by tokens",
    ),
    "checkpoints at steps that nobody knows": (
        "gsm8k_train, steps: 20, ",
        "gsm8k_train, tokens: 1000, publish_every: 5, ",
        "stages.gsm8k_warmup.publish_every: how many steps reach tokens is not known beforehand; set steps",
    ),
    "a schedule over steps that nobody knows": (
        "gsm8k_train, steps: 20, ",
        "gsm8k_train, tokens: 1000, schedule: cosine, ",
        "stages.gsm8k_warmup.schedule: how many steps of method grpo reach tokens is not known",
    ),
    "a server for laws alone": (
        "engine: transformers",
        "engine: transformers, laws: vllm",
        "sampling.laws: vllm needs the server of sampling.engine vllm",
    ),
    "local without root": ("origin: generated", "origin: local", "data.root: missing key"),
    "held-out name": (
        "heldout: {slice: olympiad_heldout",
        "heldout: {slice: math_test",
        "band.heldout.slice: 'math_test' is a slice already",
    ),
    "duplicate key": ("lora: {rank: 8, alpha: 16}", "lora: {rank: 8, rank: 9}", "duplicate key 'rank'"),
    "a seen benchmark that nothing trains on": (
        "  math_test: {title",
        "  math_test: {seen: gsm8k_trian, title",
        "benchmarks.math_test.seen: unknown slice that a stage trains on 'gsm8k_trian'; did you mean",
    ),
    "a seen benchmark whose numbers would not say so": (
        "  math_test: {title",
        "  math_test: {seen: math_train, title",
        "benchmarks.math_test.seen: the name of a number contains its benchmark; call the slice",
    ),
    "bad YAML": ("title:", "title: [", "not valid YAML"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_study_is_refused_with_file_key_and_remedy(case: str, tmp_path: Path) -> None:
    old, new, expected = REFUSED[case]
    message = refusal(tmp_path, changed(old, new))
    assert expected in message
    assert message.startswith(f"{tmp_path}/micro.yaml")


@pytest.mark.parametrize(
    ("paths", "wanted"), [("0", "'all' or greater than or equal to 1"), ("some", "'all' or a valid integer")]
)
def test_what_may_be_of_two_kinds_is_refused_in_one_line(paths: str, wanted: str, tmp_path: Path) -> None:
    old, new = "group_size: 8, max_tokens: 96, lr: 2.0e-3", f"method: soft_target, paths: {paths}, lr: 2.0e-3"
    said = refusal(tmp_path, changed(old, new)).split(": ", 1)[1]
    assert said.startswith(f"stages.gsm8k_warmup.paths: input should be {wanted}, but is ")
    assert "\n" not in said


def test_passages_cannot_be_retained(tmp_path: Path) -> None:
    text = changed("  slices:", "  slices:\n    texts: {source: passages, split: test}")
    text = text.replace("slice: gsm8k_train", "retain: {slice: texts}, slice: gsm8k_train")
    said = refusal(tmp_path, text)
    assert "stages.gsm8k_warmup.retain.slice: 'texts' has passages, which ask nothing" in said


@pytest.mark.parametrize(("file", "refused"), [("zero3", True), ("zero2", False)])
def test_an_anchor_is_refused_where_its_gradient_would_be_the_only_one(
    tmp_path: Path, file: str, refused: bool
) -> None:
    trainer = f"{{gradient_checkpointing: true, deepspeed: config/deepspeed/{file}.json}}"
    text = changed("prices:", f"trainer: {trainer}\nprices:")
    path = tmp_path / "micro.yaml"
    path.write_text(text.replace("{slice: gsm8k_train,", "{retain: {slice: math_train}, slice: gsm8k_train,"))
    if refused:
        with pytest.raises(StudyError, match=r"stages\.gsm8k_warmup\.retain: its gradient would replace"):
            load_study(path, ROOT)
    else:
        assert load_study(path, ROOT).stages["gsm8k_warmup"].retain


def test_dropout_and_retained_prompts_exclude_each_other(tmp_path: Path) -> None:
    text = changed("lora: {rank: 8", "lora: {dropout: 0.1, rank: 8")
    text = text.replace("slice: gsm8k_train", "retain: {slice: math_train}, slice: gsm8k_train")
    assert "lora.dropout: with `retain`, the KL would also measure" in refusal(tmp_path, text)


def test_several_errors_are_all_listed(tmp_path: Path) -> None:
    message = refusal(
        tmp_path, changed("scaffold: panel", "scaffold: panl").replace("math_test:", "mat_test:", 1)
    )
    assert "2 errors" in message and "arms.panel.scaffold" in message and "benchmarks.math_test" in message


def test_a_wrong_answer_space_is_told_once_with_its_file_and_the_slices_that_use_it(tmp_path: Path) -> None:
    text = changed(
        "{source: gsm8k, split: train, n: 256}",
        "{source: choice, split: train, spaces: [fruits]}\n    more: {source: choice, split: test, "
        "spaces: [fruit], shots: 2, shot_spaces: [metal, fruits]}",
    )
    lines = [line for line in refusal(tmp_path, text).splitlines() if "fruits" in line]
    assert [line.strip() for line in lines] == [
        "data.slices.gsm8k_train.spaces, data.slices.more.shot_spaces: "
        f"{ROOT}/config/spaces/fruits.yaml: no such answer space; did you mean 'fruit'?"
    ]


def test_exponents_without_a_point_are_numbers(tmp_path: Path) -> None:
    study = load_text(tmp_path, changed("lr: 2.0e-3", "lr: 1e-5"))
    assert study.stages["gsm8k_warmup"].lr == 1e-5


def test_a_duplicate_key_names_both_lines(tmp_path: Path) -> None:
    message = refusal(tmp_path, "name: micro\ntitle: a\nname: micro\n")
    assert "line 3" in message and "first on line 1" in message


def test_the_name_must_be_that_of_the_file(tmp_path: Path) -> None:
    assert "name: is 'micro' but the file is called other.yaml" in refusal(tmp_path, MICRO, "other")


def test_a_study_that_is_not_a_mapping_is_refused(tmp_path: Path) -> None:
    assert "a study is a mapping" in refusal(tmp_path, "- 1\n")
    assert "a study is a mapping" in refusal(tmp_path, "")


def test_a_prompt_without_its_placeholder_is_refused(tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("Solve this.", encoding="utf-8")
    message = refusal(tmp_path, changed("config/prompts/panel_micro.txt", str(prompt)))
    assert "has no {problem}" in message


def test_an_unknown_study_suggests_the_nearest() -> None:
    with pytest.raises(StudyError, match="did you mean 'micro'"):
        load_study("mirco", ROOT)


def test_two_bases_of_one_name_are_refused(tmp_path: Path) -> None:
    text = changed("train: false}", "train: false, base: {kind: pretrain, layers: 2}}")
    assert "arms.plain.base.name: 'micro' already names a different base" in refusal(tmp_path, text)


def test_what_a_pretrained_base_reads_is_what_there_are_texts_of(tmp_path: Path) -> None:
    from wideband.config.policy import PRETRAINED_ON
    from wideband.data.generated.corpus import BODIES

    assert set(PRETRAINED_ON) == set(BODIES)
    text = MICRO
    for name in PRETRAINED_ON:
        text = text.replace(f"scaffold: {name},", "scaffold: last_number,")
    assert "base: 'micro' is pretrained on solutions in panel, think" in refusal(tmp_path, text)


def test_the_source_names_are_those_of_the_data_room() -> None:
    from wideband.config.sources import BUILT, FILES_ONLY, PAIRED, TASKS
    from wideband.data import sources

    unhubbed = {name for name, source in sources.SOURCES.items() if not source.hubs}
    assert unhubbed | set(PAIRED) == set(FILES_ONLY)
    assert sorted(TASKS) == sorted([*sources.SOURCES, *BUILT, *PAIRED])


@pytest.mark.parametrize("name", SHIPPED)
def test_every_slice_of_a_shipped_study_has_its_split(name: str) -> None:
    from wideband.data import sources

    data = load_study(name, ROOT).data
    for part in data.slices.values():
        assert part.split in sources.source_splits(part.source, data.origin)


def test_answer_diversity_on_mmlu_differs_in_what_must_not_get_lost_alone() -> None:
    plain, files = load_study("answer-diversity", ROOT), load_study("answer-diversity-mmlu", ROOT)
    kept = ("base", "lora", "sampling", "arms", "trainer", "stages", "statistics", "seeds")
    assert all(getattr(plain, key) == getattr(files, key) for key in kept)
    own = {"questions", "mmlu", "gsm8k_test"}
    for slices, others in ((plain.data.slices, files.data.slices), (plain.benchmarks, files.benchmarks)):
        assert {name for name in {*slices, *others} if slices.get(name) != others.get(name)} <= own
        assert ("mmlu" in others, "mmlu" in slices, "questions" in others) == (True, False, False)
    assert (files.data.origin, files.data.seed) == ("local", plain.data.seed)


def test_a_benchmark_without_rollouts_has_exact_probabilities_only() -> None:
    study = load_study("answer-diversity")
    assert study.benchmarks["questions"].n == study.benchmarks["list_orders"].n == 0
    held = {name for *_, name in study.evaluations("loglikelihoods")}
    sampled = {name for *_, name in study.evaluations("verdicts")}
    assert held - sampled == {"questions", "list_orders"}
    assert "loglikelihood_accuracy" in study.metrics("untrained", "base", "questions")
    assert not [triple for triple in study.evaluations("passk") if triple[2] == "questions"]


def test_nothing_would_be_known_of_a_benchmark_without_rollouts_that_lists_no_answers(tmp_path: Path) -> None:
    text = changed("GSM8K tier, n: 8", "GSM8K tier, n: 0")
    assert "benchmarks.gsm8k_test.n: without rollouts nothing can be measured for arm 'panel'" in refusal(
        tmp_path, text
    )
