# SPDX-License-Identifier: Apache-2.0
"""Reads a file in the text format of Prometheus, as strictly as promtool does, and compares samples.

check_metrics.py FILE ALERTS [SAMPLE=VALUE...]: every metric that an alerting rule of ALERTS names must
be there too.
"""

import re
import sys

import yaml

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(\{{{LABEL}(?:,{LABEL})*\}})? (-?[0-9]+(?:\.[0-9]+)?)")


def read(text):
    """Samples by name and labels; and the names of the metrics."""
    if not text.endswith("\n"):
        raise ValueError("no end of line at the end")
    samples, metrics, typed, current = {}, {}, set(), None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# HELP "):
            _, _, current, words = line.split(" ", 3)
            if current in metrics or not words:
                raise ValueError(f"line {number}: a second HELP of {current}, or an empty one")
            metrics[current] = 0
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name != current or name in typed or kind != "gauge":
                raise ValueError(f"line {number}: TYPE is not that of {current}")
            if name.endswith(("_total", "_count", "_sum", "_bucket")):
                raise ValueError(f"line {number}: {name} is no name of a gauge")
            typed.add(name)
        else:
            match = SAMPLE.fullmatch(line)  # So no timestamp behind the value.
            if not match or match[1] != current or current not in typed:
                raise ValueError(f"line {number}: no sample of {current}: {line}")
            key = match[1] + (match[2] or "")
            if key in samples:
                raise ValueError(f"line {number}: {key} stands above")
            samples[key] = match[3]
            metrics[current] += 1
    return samples, metrics


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        samples, metrics = read(file.read())
    empty = [name for name, count in metrics.items() if count == 0]
    if empty:
        sys.exit(f"without a sample: {empty}")
    with open(sys.argv[2], encoding="utf-8") as file:
        rules = [rule for group in yaml.safe_load(file)["groups"] for rule in group["rules"]]
    named = {name for rule in rules for name in re.findall(r"reposbom_\w+", rule["expr"])}
    if not named or not named <= set(metrics):
        sys.exit(f"alerts name what is not there: {sorted(named - set(metrics))}")
    for wanted in sys.argv[3:]:
        key, value = wanted.rsplit("=", 1)
        if samples.get(key) != value:
            sys.exit(f"{key} is {samples.get(key)}, not {value}")


main()
