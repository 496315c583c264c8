# SPDX-License-Identifier: Apache-2.0
"""Measures how time and memory grow with the number of packages, on generated repositories with the
headers of their source packages, in one format: what the others would take of the disk at ten
times a distribution tells nothing more."""
import json
import os
import shutil
import subprocess

GROWTH = 10
CONFIGURATION = """formats: [spdx-json]
repositories:
- {{id: generated, packages: {0}/packages, sources: {0}/sources}}
"""


def generate(folder, packages):
    """Makes such a repository, and its configuration, which it returns."""
    program = os.path.join(os.path.dirname(__file__), "generate")
    subprocess.run([program, folder, "--packages", str(packages)], check=True,
                   stdout=subprocess.DEVNULL)
    file = os.path.join(folder, "reposbom.yaml")
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(CONFIGURATION.format(folder))
    return file


def measure_scale(bench, packages):
    """Keeps cases "generated" and "x GROWTH": a round of one is followed by one of the other."""
    sizes = {"generated": packages, f"x {GROWTH}": packages * GROWTH}
    configurations = {case: generate(os.path.join(bench.folder, f"data-{number}"), number)
                      for case, number in sizes.items()}
    threads = bench.options.threads[-1]
    for number in range(bench.options.rounds):
        first = None
        for case, configuration in configurations.items():
            tree = os.path.join(bench.folder, f"scale-{number}-{sizes[case]}")
            sample = bench.run_build("-c", configuration, "-o", tree, "--jobs", str(threads))
            with open(os.path.join(tree, "current/report.json"), encoding="utf-8") as file:
                counts = json.load(file)["counts"]
            sample["packages/s"] = counts["packages"] / sample["wall"]
            sample["documents/s"] = counts["documents"] / sample["wall"]
            if first is None:
                first = (sample, counts["packages"])
            else:
                sample["times"] = sample["wall"] / first[0]["wall"]
                more = counts["packages"] - first[1]
                sample["a package"] = (sample["peak"] - first[0]["peak"]) / more
            bench.keep(case, threads, sample)
            # Ten times a distribution more than once is more than a disk has.
            shutil.rmtree(tree)
