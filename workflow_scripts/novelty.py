"""Classes of the same answer by NoveltyBench's classifier, and what its reward model says of each."""

from wideband.config.evaluation import Novelty
from wideband.novelty import answers_of, classes, novelty_table
from wideband.novelty.models import Classifier, RewardModel
from wideband.provenance.job import Job, run
from wideband.tables import read_table, write_table


def main(job: Job) -> None:
    """Sort the answers of one checkpoint, all pairs counted before the first is judged."""
    settings = Novelty.model_validate(job.params["novelty"])
    asked = [
        answers_of(read_table(problems, "problems"), read_table(verdicts, "verdicts"))
        for problems, verdicts in zip(job.input.problems, job.input.verdicts, strict=True)
    ]
    job.note(novelty_pairs=sum(item.pairs for items in asked for item in items))
    # One model at a time is in memory.
    judge = Classifier(settings)
    sorted_ = [
        classes([list(item.texts.values()) for item in items], judge, settings.same) for items in asked
    ]
    del judge
    reward = RewardModel(settings)
    for items, groups, path in zip(asked, sorted_, job.output.novelty, strict=True):
        write_table(novelty_table(items, groups, reward, settings.rewards), path, "novelty")


if __name__ == "__main__":
    run(main)
