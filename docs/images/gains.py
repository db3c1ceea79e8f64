"""Draws gains.svg, the picture of the README, from the number records of the study micro.

    python docs/images/gains.py results/micro/numbers.jsonl docs/images/gains.svg

Each row is the change in accuracy of one arm from the base model to its last checkpoint, with its interval.
"""

import json
import sys
from pathlib import Path
from typing import Any

BENCHMARKS = {"gsm8k_test": "GSM8K tier", "math_test": "MATH tier", "olympiad_heldout": "olympiad held-out"}
ARMS = {"panel": "#0072b2", "think": "#c44e00"}
LAST = "olympiad_rlvr"
GREY = 'fill="#57606a"'
# Other colours where the reader's system is dark.
DARK = (
    "<style>@media (prefers-color-scheme: dark) {",
    'svg { fill: #e6edf3; } [fill="#ffffff"] { fill: #0d1117; }',
    '[fill="#57606a"] { fill: #9da7b3; } [fill="#0072b2"] { fill: #56b4e9; }',
    '[fill="#c44e00"] { fill: #f0883e; }',
    '[stroke="#57606a"], [stroke="#8c959f"] { stroke: #8b949e; } [stroke="#0072b2"] { stroke: #56b4e9; }',
    '[stroke="#c44e00"] { stroke: #f0883e; } }</style>',
)
WIDTH, LEFT, RIGHT, TOP, ROW = 740, 235, 175, 64, 26


def records(path: Path) -> dict[str, dict[str, Any]]:
    """The number records of a study by their ids."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {record["id"]: record for record in lines}


def points(value: float) -> str:
    """A difference of rates in percentage points, with its sign."""
    return f"{100 * value:+.1f}".replace("-", "−")


def drawing(found: dict[str, dict[str, Any]]) -> str:
    """The picture as SVG."""
    rows = [(slice_, arm, found[f"gain.{slice_}.{arm}.{LAST}-base"]) for slice_ in BENCHMARKS for arm in ARMS]
    low = min(0.0, *(record["ci"][0] for *_, record in rows))
    high = max(0.05, *(record["ci"][1] for *_, record in rows))
    bottom = TOP + ROW * len(rows) + 14 * len(BENCHMARKS)

    def x(value: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low), 1)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 44}" '
        'font-family="system-ui, sans-serif" font-size="14" fill="#1f2328" role="img">',
        "<title>Accuracy gained by reinforcement learning, with 95 % intervals</title>",
        *DARK,
        f'<rect width="{WIDTH}" height="{bottom + 44}" fill="#ffffff"/>',
        '<text x="16" y="28" font-size="17" font-weight="600">Accuracy gained by three stages of RL</text>',
        f'<text x="16" y="48" {GREY}>synthetic problems, one training run per arm, 95 % intervals</text>',
        f'<path d="M{x(0)} {TOP}V{bottom}" stroke="#8c959f"/>',
    ]
    for number, (slice_, arm, record) in enumerate(rows):
        y = TOP + 20 + ROW * number + 14 * (number // len(ARMS))
        ends = [x(end) for end in record["ci"]]
        if not number % len(ARMS):
            drawn.append(f'<text x="16" y="{y + 5}" font-weight="600">{BENCHMARKS[slice_]}</text>')
        shown = f"{points(record['value'])} [{', '.join(map(points, record['ci']))}]"
        drawn += [
            f'<text x="{LEFT - 14}" y="{y + 5}" text-anchor="end" fill="{ARMS[arm]}">{arm}</text>',
            f'<path d="M{ends[0]} {y}H{ends[1]}" stroke="{ARMS[arm]}" stroke-width="3"/>',
            f'<circle cx="{x(record["value"])}" cy="{y}" r="5" fill="{ARMS[arm]}"/>',
            f'<text x="{WIDTH - RIGHT + 12}" y="{y + 5}">{shown}</text>',
        ]
    for tick in range(0, 1 + int(100 * high), 10):
        drawn.append(f'<text x="{x(tick / 100)}" y="{bottom + 18}" text-anchor="middle">{tick}</text>')
    drawn.append(f'<text x="{LEFT}" y="{bottom + 36}" {GREY}>percentage points over the base model</text>')
    return "\n".join([*drawn, "</svg>", ""])


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(drawing(records(Path(sys.argv[1]))), encoding="utf-8")
