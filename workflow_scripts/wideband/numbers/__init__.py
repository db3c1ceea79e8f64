"""Numbers: every reported number as a record that says how to compute it again.

`study_numbers` builds all records of a study; `recompute` gives a record's value and interval again from
the files it names, through the very same registered estimator.

Ids, with <cell> = <slice>.<arm>.<checkpoint> and <pair> = <slice>.<first>-<second>.<checkpoint> of two
compared arms (checkpoint: `base`, a stage, or `stage@step`; of a pair both, joined by `-`, where they
differ). A difference is first − second, a ratio of
tokens second / first. <k> is 1 … n of the benchmark, above 128 only powers of two and n. Value null: the data
cannot give it. An interval end of null is unbounded; no interval at all: none is defined, or nothing varies
and no range is known (see `wideband.metrics.bootstrap`).

Of an arm that was trained several times (`seeds`) every number with an interval is the mean over its runs,
`runs` in its args; those of the runs themselves have the run's name, <arm>_s<seed>, in place of the arm's.
A trained arm of one run beside arms of several is named under `once`: it stands beside each of their runs,
and what its own training varies by is in no interval and no test.

One arm:
  pass@<k>.<cell>                       unbiased pass@k; pass@1 is the accuracy, and over `stage@step`
                                        on held-out the hill-climbing curve
  hit_rate.<cell>                       correct rollouts / rollouts; Wilson, takes draws for independent
  undecided.<cell>                      rollouts without a verdict, counted as wrong; also of the pool's band
  tokens_per_rollout.<cell>             mean completion tokens of one attempt
  tokens_per_correct.<cell>             completion tokens / correct rollouts
  money_per_correct.<cell>              price / correct rollouts, in the currency of the price table
  tag_valid.<cell>  truncated.<cell>    shares of rollouts; tag_valid where the scaffold asks for tags
  missing.<cell>                        rollouts that an imported run was to make and its log lacks
  <diversity>.<cell>[.correct]          cosine_distance, variance_trace, strategies, vendi, distinct_ngrams,
                                        numeric_signatures; all rollouts, or correct ones only
  <texts>.<cell>[.correct]              with `texts`: ead_<tokens>, distinct_pair_<tokens>_at<L>,
                                        self_repetition_pair_<tokens>_at<L>, length_<tokens>,
                                        vendi_per_output
  <texts>_across.<cell>                 over the first outputs of all prompts, lengths aside;
                                        cosine_distance_across as well
  entailment_distance_<model>_<align>.<cell>[.correct]
                                        with `entailment`, and with _across as above; entailment_error_…,
                                        also with _across: what drawing pairs adds to its standard error
  <texts>.gain.<slice>.<arm>.<checkpoint>-<start>[.correct]
                                        paired by prompt, and with suffix .p of its t-test
  gain.<slice>.<arm>.<checkpoint>-<start>
                                        accuracy minus that of `start`: `base`, and the stage's own start
  judge_win_rate_ties_half_<model>_<digest>_<orders>.<cell>
                                        with `judge`: share of answers that it prefers to the base's, a tie
                                        half; <digest> is that of what it is asked; <orders>: swapped, or
                                        one_order
  judge_tie_share_….<cell>              ties among its readable answers;  judge_unreadable_share_…: answers
                                        without a verdict;  judge_first_place_share_…: decided ones for what
                                        was shown first
Answers; <metric> is a file of wideband.metrics.by_item, and applies where task, scaffold and tables allow it.
A suffix .<space> keeps the items of one answer space, where a benchmark has several:
  <metric>.<cell>[.<space>]             mean over items
  chi_square_rejected, fit_rejected.<cell>[.<space>]
                                        share of items that chi_square_p or fit_p rejects, Holm-adjusted
  <metric>.gain.<slice>.<arm>.<checkpoint>-<start>[.<space>]
                                        that minus its value at `start`: `base`, and the stage's own start
  <metric>.<cell>.family_<of>           of a benchmark that asks for numbers from several families: mean or
  <metric>.gain.….family_<of>           median over families of the mean over items; of: mean, median
  <metric>.diff.<pair>                  compared arms, and with suffix .t .p .p_holm as below
  <metric>.<cell>.<space>.p<way>        one way of asking, counted from 1, of a benchmark with several
  <metric>.diff.<pair>.<space>.p<way>   (`paraphrases`): total_variation, total_variation_invalid,
                                        effective_answers, valid_mass, at the first and last checkpoints of
                                        arms; over the orders of the options: of a single one no interval over
                                        items, and one over runs where an arm was trained several times
Compared arms:
  pass@<k>.diff.<pair>                  and with suffix .t .p: paired t over problems, not adjusted; at the
                                        last checkpoints also .p_holm: adjusted over the family that
                                        `wideband.numbers.plan` declares, whose size is n
  <diversity>.diff.<pair>[.correct]     and with suffix .t .p .p_wilcoxon, and .p_holm as above
  <texts>.diff.<pair>[.correct]         likewise
  judge_win_rate_….diff.<pair>          where both are judged beside one base, paired by prompt
  <diversity>.relative.<pair>[.correct] first / second − 1 of the means
  overlap.<pair>.<who>                  problems solved at all by first_only, second_only, both, neither
  gap_closure.<pair>                    percentage points of the gap at k = 1 that are gone at k = n
  crossover.<pair>                      smallest k where the sign of the difference flips; null if none
  token_ratio.<pair>.<bucket>           median over the paired draws that the same four solved
  token_ratio.p_wilcoxon.<pair>.<unit>  on both-correct draws; unit: draw, problem
  tokens_per_correct.ratio.<pair>       second / first
  money_per_correct.diff.<pair>         first − second
  budget_tokens.<pair>.<level>          common token budget a problem; level: quarter, half, full, one_attempt
  budget_accuracy.<cell>.<level>        accuracy of each compared arm at that budget (best-of-k curve)
  budget_accuracy.<pair>.<arm>.<level>  the same in further pairs of a checkpoint that meets several others
  budget_accuracy.diff.<pair>.<level>
Trained lineages; <metric> is cosine_distance, EAD, vendi_per_further_output or the distance of entailment,
<step> is <slice>.<arm>.<checkpoint>-<start> with <start> the checkpoint before, or base, <how> is ratios (a
mean of ratios: over the prompts of a benchmark, or over benchmarks) or means (a ratio of means). <slice>
all_tasks: over all benchmarks; prompts are resampled inside benchmarks, which are taken as given:
  <metric>.change.<step>.<how>          what a stage did, in % of the base; of a single benchmark and the
                                        checkpoint before also .p .p_holm, over all arms and benchmarks
  <metric>.retained.<cell>.<how>        what is left, in % of the base
  <metric>.loses_most.<cell>.<how>      probability that the stage loses most of its lineage (bootstrap)
  <metric>.same.<cell>                  all outputs, on the prompts that have two correct ones; EAD and Vendi
                                        also as <metric>_matched<draws>: as many outputs a prompt as are
                                        correct, mean over draws; so too gap and residual
  <metric>.gap.<cell>                   that less the measure of the correct ones
  <metric>.residual.<cell>              share of the drop from base that persists among correct outputs, in %,
                                        on prompts with two correct ones at both; null where the drop cannot
                                        be told from zero; suffix .p .p_holm: of the drop among correct ones
  <metric>.by_asking.<slice>.<arm>-<policy>.<checkpoint>
                                        what asking a policy in another scaffold adds, paired by prompt; also
                                        pass@1; with suffix .p .p_holm
  <metric>.recovered.<slice>.<arm>-<policy>.<checkpoint>.means
                                        that in % of what was lost since base; null where nothing sure was
Imported values (formats cells, printed, workings), <metric> being a name of the study's choice, <pair> two
conditions, the later one in the study's files first: <slice>.<arm>.<checkpoint>-<checkpoint> of one arm, else
<slice>.<arm>-<arm>.<checkpoints>; [.<group>]: over a group of items that a file names
  <metric>.<cell>[.<group>]             mean over items
  <metric>.past.<cell>[.<group>]        items above the file's threshold
  <metric>.diff.<pair>[.<group>]        mean over items; <metric>.higher.…, .equal.…, .lower.…: items by sign
  <metric>.effect.<slice>.<arms>.<checkpoints>.<what>
                                        of two arms at two checkpoints: training, arm, interaction
  cells.<metric>.<slice>                values measured, all conditions
  nearest_share.<cell>                  of percent_correct: the nearest share that a whole number can give
  <metric>.relative.<pair>[.ratios]     of compared arms, of a measure of diversity: first / second − 1, as a
                                        quotient of means, or as a mean of quotients
  published_low.<metric>.<cell>         ends of an interval as its authors drew it, with their seed; of two
  published_high.<metric>.diff.<pair>   conditions likewise
Imported grids, whose items are tasks; of measures of diversity, <how> over tasks being ratios (a mean of
ratios), means (a ratio of means), median, least or most, <start> the checkpoint before, or base:
  unmeasured.<cell>                     empty cells
  <metric>.shared.<cell>                mean over the tasks that all checkpoints of the grid have
  <metric>.change.<slice>.<arm>.<checkpoint>-<start>.<how>[.<group>]
                                        what a stage did, in % of the base
  <metric>.retained.<cell>.<how>[.<group>]
                                        what is left, in % of the base
  <metric>.recovered.<slice>.<arm>.<checkpoint>-<start>.<how>
                                        what a stage gives back of what was lost before it, in %; null where
                                        the loss cannot be told from zero
  <metric>.recovered.<slice>.<arm>-<policy>.<checkpoint>.<how>
                                        the same of asking a policy in another scaffold
  <metric>.loses_most.<cell>.<how>      probability that the stage loses most of its lineage (bootstrap)
  <metric>.residual.<cell>[.<group>]    where <metric>_correct is measured too: share of the drop from base
                                        that persists among correct outputs, in %
Options (imported slices whose items list theirs), against the uniform law:
  items.<slice>                         items
  variation_floor.<slice>               E[TV] of a uniform sampler at the benchmark's n
  variation_floor.<cell>[.<group>]      the same at the n of each item;  excess_variation.…: TV less that
  distinct_answers.<cell>[.<group>]     different answers, where TV and n leave but one count
  <what>.<cell>                         of counted answers: sampled_variation, variation_floor,
                                        excess_variation, chi_square, sampled_valid, answers_entropy,
                                        answers_effective, distinct_answers, answers_top_share, answers_never
  answers_never.<cell>.<group>          options of the group that were never given;  answers_share.…
Band, <start> being the checkpoint that the band's stage starts from:
  pool_size.<pool>                      problems
  band_size.<pool>.<arm>.<start>.<band> problems; band: all_zero, variance_band, all_one
  band_share.<pool>.<arm>.<start>.<band>
  band_source.<pool>.<arm>.<start>.<source>.<band>
                                        problems of each source of the pool
  band_expected.<pool>.<arm>.<start>    Σ p_in_band: expected size of the variance band under a re-test
  band_stability.<pool>.<arm>.<start>   expected share of problems that keep their band under a re-test
  band_ratio.<pool>.<first>-<second>.<start>
                                        variance band of the first arm / of the second
  band_contingency.<pool>.<first>-<second>.<start>.<band of first>+<band of second>
Training:
  train_reward.<arm>.<stage>.<end>      mean reward of the first or last steps; end: first, last. Likewise
                                        train_correct (train_valid where nothing is right), train_entropy
  train_tokens.<arm>.<stage>            completion tokens trained on;  train_seconds.<arm>.<stage>
  trained_tokens.<arm>.<stage>          with prompts, where a stage's budget is tokens
  held_out_kl.<slice>.<arm>.<stage>@<step>
                                        mean KL(target law || policy) of items that are held out, after so
                                        many steps, in the precision of training; @0: before it
  train_tokens.total                    all arms and stages
  evaluation_tokens.total               completion tokens of all evaluation rollouts
"""

from .record import NumberError, NumberRecord, read_records, write_records
from .registry import build, recompute
from .study import required_tables, study_numbers

__all__ = [
    "NumberError",
    "NumberRecord",
    "build",
    "read_records",
    "recompute",
    "required_tables",
    "study_numbers",
    "write_records",
]
