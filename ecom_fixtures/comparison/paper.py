"""The rows of the paper's Table 2, in percent, to be shown beside runs; they are of the paper's own tasks."""

from __future__ import annotations

from collections.abc import Mapping

SOURCE = "ECom-Bench, arXiv:2507.05639"
NOT_COMPARABLE = (
    "From the paper, over its own 53 tasks in another shop and language: not comparable with the runs above, and in no "
    "test."
)

# {model: {k: pass^k in percent}}
ROWS: Mapping[str, Mapping[int, float]] = {
    "GPT-4o": {1: 44.03, 2: 26.42, 3: 16.98},
    "Doubao-1.5-Pro-32k": {1: 38.99, 2: 23.90, 3: 16.98},
    "DeepSeek-V3": {1: 36.48, 2: 21.38, 3: 15.09},
    "Qwen-Max": {1: 15.09, 2: 8.81, 3: 5.66},
    "Moonshot-V1-32k": {1: 14.47, 2: 7.55, 3: 5.66},
    "Doubao-Pro-Vision, as planner": {1: 20.75, 2: 13.21, 3: 11.32},
    "Qwen-VL-Max, as planner": {1: 8.18, 2: 4.40, 3: 3.77},
    "GPT-4o, over 8 trials": {1: 43.87, 8: 7.55},
}
