"""Commands of wideband as rules of the workflow."""

from workflow import Copy


def test_every_answer_is_given_by_its_own_command(empty: Copy) -> None:
    explained = empty.snakemake("nano", "--cores", "1", "explain")
    assert explained.returncode == 0, explained.stdout
    assert "sample panel.base.gsm8k_test" in explained.stdout
    described = empty.snakemake("nano", "--cores", "1", "rocrate")
    assert "holds no manifest of a job; run snakemake first" in described.stdout
    fetched = empty.snakemake("nano", "--cores", "1", "prefetch")
    assert (
        fetched.returncode == 0 and "nano: its jobs read nothing from the Hugging Face hub" in fetched.stdout
    )


def test_an_answer_is_told_its_options_and_the_shell_obeys_none_of_them(empty: Copy) -> None:
    given = ["audit_level=9; touch pwned; {x}", "audit_paranoid=true"]
    said = empty.python("-m", "snakemake", "--cores", "1", "audit", "--config", "study=nano", *given)
    assert "error: --level 9; touch pwned; {x}: give a level from 0 to 6" in said.stdout, said.stdout
    assert not [path for path in empty.root.parent.rglob("*") if path.name == "pwned"]
