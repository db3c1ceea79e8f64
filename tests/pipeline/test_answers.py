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
