# SPDX-License-Identifier: Apache-2.0
"""Prints what `run` measured as a table of medians."""

from stages import print_stages

FLOOR_PARTS = ("read", "write", "hash", "sign")
COLUMNS = (  # heading, measure, format, factor
    ("wall s", "wall", "{:.3f}", 1),
    ("+-", "spread", "{:.0%}", 1),
    ("CPU s", "cpu", "{:.3f}", 1),
    ("peak MiB", "peak", "{:.0f}", 1 / 2**20),
    ("packages/s", "packages/s", "{:,.0f}", 1),
    ("documents/s", "documents/s", "{:,.0f}", 1),
    ("x floor", "ratio", "{:.2f}", 1),
    ("of full", "of full", "{:.1%}", 1),
    ("sets made", "sets", "{:,.0f}", 1),
    ("times", "times", "{:.2f}", 1),
    ("B/package", "a package", "{:,.0f}", 1),
)


def cell(measures, measure_name, form, factor):
    if measure_name == "spread":
        wall = measures["wall"]
        return form.format(wall["spread"]) if len(wall["samples"]) > 1 else ""
    found = measures.get(measure_name)
    return form.format(found["median"] * factor) if found else ""


def print_table(result):
    data, written = result["data"], result["written"]
    print(f"{data['records']:,} records, {data['packages']:,} packages, {data['builds']:,} builds "
          f"from {data['xml'] / 1e6:,.1f} MB of primary.xml")
    print(f"{written['documents']:,} documents; {written['files']:,} files of "
          f"{written['bytes'] / 1e6:,.1f} MB in {written['folders']:,} folders; "
          f"{written['signatures']:,} signatures")
    print(f"{result['machine']['model']}, {result['machine']['processors']} processors; written to "
          f"{result['folder']}; medians of {result['rounds']} rounds, +-: how far they lie apart\n")
    print(f"{'':14}{'threads':>7}" + "".join(f"{heading:>13}" for heading, *_ in COLUMNS))
    order = [*("floor: " + part for part in FLOOR_PARTS), "floor", "full", "unchanged",
             "1 % changed", "dry run", "floor: sync", "generated", "x 10"]
    for case in order:
        for threads, measures in result["cases"].get(case, {}).items():
            cells = (cell(measures, *column[1:]) for column in COLUMNS)
            name = "(sync)" if case == "floor: sync" else case
            print(f"{name:14}{threads:>7}" + "".join(f"{text:>13}" for text in cells).rstrip())
    print_scaling(result["cases"])
    print_stages(result["stages"])


def print_scaling(cases):
    threads = list(cases["full"])
    if len(threads) < 2:
        return
    gains = []
    for case in ("floor", "full"):
        few, many = (cases[case][number]["wall"]["median"] for number in (threads[0], threads[-1]))
        gains.append(f"{case} {few / many:.2f}")
    print(f"\ntimes faster with {threads[-1]} threads than with {threads[0]}: {', '.join(gains)}")
