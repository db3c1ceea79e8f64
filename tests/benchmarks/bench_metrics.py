"""Per-problem metrics against a straightforward loop over problems, at 877 × 16, and growth to a million.

Also pass@k of 4,096 rollouts a problem, against exact integers at the powers of two.
"""

import math
import time
from itertools import combinations

import numpy as np
import pandas as pd
from harness import compare, title, write
from sklearn.cluster import dbscan

from wideband.metrics.bootstrap import Bootstrap
from wideband.metrics.embeddings import cosine_distance, strategies, unit, vendi
from wideband.metrics.passk import curves, pass_at_k, passk_table, reported_ks
from wideband.metrics.ranges import RATE

PROBLEMS, SAMPLES, WIDTH, RESAMPLES = 877, 16, 384, 2000
TOLERANCE, EPS = 1e-9, 0.5
MANY = 4096
POWERS = [2**power for power in range(13)]


def close(ours: np.ndarray, baseline: np.ndarray) -> None:
    """Raise unless two arrays agree to 1e-9."""
    np.testing.assert_allclose(ours, baseline, rtol=0, atol=TOLERANCE)


def exactly(ours: np.ndarray, baseline: np.ndarray) -> None:
    """Raise unless two arrays agree to 1e-12."""
    np.testing.assert_allclose(ours, baseline, rtol=0, atol=1e-12)


def loop_cosine(vectors: np.ndarray) -> np.ndarray:
    """Mean distance over all pairs, problem by problem."""
    return np.array([np.mean([1 - a @ b for a, b in combinations(problem, 2)]) for problem in vectors])


def loop_passk(correct: np.ndarray) -> np.ndarray:
    """Equation 1 of Chen et al. 2021 for each problem and k."""
    n = correct.shape[1]
    return np.array(
        [[1 - math.comb(n - int(row.sum()), k) / math.comb(n, k) for k in range(1, n + 1)] for row in correct]
    )


def loop_powers(correct: np.ndarray) -> np.ndarray:
    """Equation 1 of Chen et al. 2021 in exact integers, at each k that is a power of two."""
    n, tallies = correct.shape[1], correct.sum(axis=1).tolist()
    totals = {k: math.comb(n, k) for k in POWERS}
    return np.array([[(total - math.comb(n - c, k)) / total for k, total in totals.items()] for c in tallies])


def loop_bootstrap(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Means of resamples, one after the other, problem by problem."""
    means = []
    for row in weights:
        drawn = [value for value, count in zip(values, row, strict=True) for _ in range(int(count))]
        means.append(sum(drawn) / len(drawn))
    return np.array(means)


def loop_vendi(vectors: np.ndarray) -> np.ndarray:
    """exp of the entropy of the kernel's eigenvalues, kernel entry by entry."""
    scores = []
    for problem in vectors:
        kernel = np.array([[a @ b for b in problem] for a in problem]) / len(problem)
        values = np.linalg.eigvalsh(kernel)
        values = values[values > 1e-12]
        scores.append(np.exp(-np.sum(values * np.log(values))))
    return np.array(scores)


def loop_strategies(vectors: np.ndarray) -> np.ndarray:
    """scikit-learn's DBSCAN, problem by problem."""
    counts = []
    for problem in vectors:
        distances = np.clip(1 - problem @ problem.T, 0, 2)
        np.fill_diagonal(distances, 0)
        _, labels = dbscan(distances, eps=EPS, min_samples=2, metric="precomputed")
        counts.append(len(np.unique(labels[labels >= 0])) + np.sum(labels < 0))
    return np.array(counts, dtype=float)


def main() -> None:
    """Print and write both tables."""
    random = np.random.default_rng(1)
    vectors = unit(random.normal(1, 1, (PROBLEMS * SAMPLES, WIDTH))).reshape(PROBLEMS, SAMPLES, WIDTH)
    correct = random.random((PROBLEMS, SAMPLES)) < random.random((PROBLEMS, 1))
    n, bounds = np.full(PROBLEMS, SAMPLES), np.arange(0, PROBLEMS * SAMPLES + 1, SAMPLES)
    flat, values = vectors.reshape(-1, WIDTH), correct.mean(axis=1)
    weights = Bootstrap(resamples=RESAMPLES).weights(PROBLEMS)
    title(f"metrics at {PROBLEMS} problems × {SAMPLES} rollouts, against a loop over problems")
    pairs = {
        "cosine distance": (lambda: cosine_distance(vectors.sum(axis=1), n), lambda: loop_cosine(vectors)),
        "pass@k": (lambda: pass_at_k(n, correct.sum(axis=1), SAMPLES), lambda: loop_passk(correct)),
        "bootstrap of a mean, 2000 resamples": (
            lambda: weights @ values / weights.sum(axis=1),
            lambda: loop_bootstrap(values, weights),
        ),
        "Vendi score": (lambda: vendi(flat, bounds), lambda: loop_vendi(vectors)),
        "strategies (DBSCAN)": (
            lambda: strategies(flat, bounds, EPS, 2),
            lambda: loop_strategies(vectors),
        ),
    }
    rows = [compare(what, ours, loop, close, 3) for what, (ours, loop) in pairs.items()]

    def everything(side: int) -> np.ndarray:
        return np.concatenate([pair[side]().ravel() for pair in pairs.values()])

    rows.append(compare("all of them", lambda: everything(0), lambda: everything(1), close, 3))
    write("metrics", rows + many(random) + growth(random))


def many(random: np.random.Generator) -> list[dict[str, float | str]]:
    """pass@k at 877 × 4,096: against exact integers, and the seconds from verdicts to intervals."""
    title(f"pass@k at {PROBLEMS} problems × {MANY} rollouts")
    correct = random.random((PROBLEMS, MANY)) < random.random((PROBLEMS, 1))
    n, tally = np.full(PROBLEMS, MANY), correct.sum(axis=1)
    row = compare(
        "pass@k, k a power of two (ours: every k)",
        lambda: pass_at_k(n, tally, MANY)[:, np.array(POWERS) - 1],
        lambda: loop_powers(correct),
        exactly,
        3,
    )
    verdicts = pd.DataFrame(
        {
            **{"arm": "a", "checkpoint": "base", "slice": "s"},
            "uid": np.repeat([f"p{place}" for place in range(PROBLEMS)], MANY),
            "correct": correct.ravel(),
        }
    )
    started, boot = time.process_time(), Bootstrap(resamples=RESAMPLES)
    found = curves(passk_table(verdicts))
    estimates = [boot.mean(found[k].to_numpy(), RATE) for k in reported_ks(MANY)]
    seconds = time.process_time() - started
    print(f"{len(estimates)} values with intervals out of {len(verdicts)} verdicts: {seconds:.2f} s")
    return [row, {"what": "pass@k with intervals, 877 x 4096", "ours_cpu_s": seconds}]


def growth(random: np.random.Generator) -> list[dict[str, float | str]]:
    """Seconds for 10^4, 10^5 and 10^6 problems of 16 rollouts; embeddings of width 8 to fit in memory."""
    print("\ngrowth: processor seconds (embeddings of width 8, 200 resamples in parts)")
    rows = []
    for problems in (10**4, 10**5, 10**6):
        flat = random.random((problems * SAMPLES, 8), dtype=np.float32).astype(float)
        flat /= np.linalg.norm(flat, axis=1, keepdims=True)
        tally, n = random.integers(0, SAMPLES + 1, problems), np.full(problems, SAMPLES)
        started = time.process_time()
        cosine_distance(flat.reshape(problems, SAMPLES, 8).sum(axis=1), n)
        pass_at_k(n, tally, SAMPLES)
        bounds = np.arange(0, problems * SAMPLES + 1, SAMPLES)
        vendi(flat, bounds)
        strategies(flat, bounds, EPS, 2)
        for _ in range(10):
            random.multinomial(problems, np.full(problems, 1 / problems), size=20) @ (tally / SAMPLES)
        seconds = time.process_time() - started
        print(f"{problems:>9} problems {seconds:8.2f} s {seconds / problems * 1e6:8.1f} µs each", flush=True)
        rows.append({"what": f"growth, {problems} problems", "ours_cpu_s": seconds})
    return rows


if __name__ == "__main__":
    main()
