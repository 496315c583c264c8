# SPDX-License-Identifier: Apache-2.0
"""Tells from the trace of a run (build --trace) how long its threads were at each stage."""
import json
import os

# In the order of a run. "set" and "publish" are what is left of them: bookkeeping, links, renames.
STAGES = ("read", "read files", "join", "resolve", "plan", "describe", "render spdx-json",
          "render spdx-xml", "render spdx-yaml", "render cyclonedx-json", "render cyclonedx-xml",
          "hash", "sign", "write set", "set", "reports", "write run", "publish", "sync")


def name_of(event):
    return f"render {event['args']['subject']}" if event["name"] == "render" else event["name"]


def self_times(events):
    """{stage: seconds}, of one thread: what a stage within another takes is not the other's."""
    times = {}
    open_spans = []  # (end, name)
    for event in sorted(events, key=lambda event: (event["ts"], -event["dur"])):
        while open_spans and open_spans[-1][0] <= event["ts"]:
            open_spans.pop()
        name, seconds = name_of(event), event["dur"] / 1e6
        times[name] = times.get(name, 0) + seconds
        if open_spans:
            times[open_spans[-1][1]] -= seconds
        open_spans.append((event["ts"] + event["dur"], name))
    return times


def read_stages(file):
    with open(file, encoding="utf-8") as stream:
        events = json.load(stream)["traceEvents"]
    threads = {}
    for event in events:
        threads.setdefault(event["tid"], []).append(event)
    total = {}
    for of_thread in threads.values():
        for name, seconds in self_times(of_thread).items():
            total[name] = total.get(name, 0) + seconds
    return total


def measure_stages(bench):
    """{threads: {stage: seconds}}, and "wall" and "idle"; of runs of their own, as a trace costs."""
    result = {}
    for threads in bench.options.threads:
        trace = os.path.join(bench.folder, f"trace-{threads}.json")
        tree = os.path.join(bench.folder, f"traced-{threads}")
        wall = bench.build(tree, threads, "--trace", trace)["wall"]
        stages = read_stages(trace)
        os.remove(trace)
        bench.discard(tree)
        result[str(threads)] = {"wall": wall, **stages,
                                "idle": max(0, wall * threads - sum(stages.values()))}
    return result


def print_stages(stages):
    """Every stage in thread-seconds, and its share of all that the threads had."""
    names = [name for name in STAGES if any(name in of_run for of_run in stages.values())]
    others = {name for of_run in stages.values() for name in of_run}
    names += sorted(others - set(names) - {"wall", "idle"}) + ["idle"]
    print(f"\n{'thread-seconds':24}" + "".join(f"{threads + ' threads':>20}" for threads in stages))
    for name in names:
        cells = ""
        for threads, of_run in stages.items():
            seconds = of_run.get(name, 0)
            cells += f"{seconds:>12.3f}{seconds / (of_run['wall'] * int(threads)):>8.1%}"
        print(f"{name:24}{cells}")
