#!/usr/bin/env python3
"""Measures of the code under src, for docs/design.md ("Measures"), and of programs that users copy, for docs/Tool.md: eng/measures.py [ROOT]

Duplicated lines: lines in a run of at least six lines of code that occurs in two places. Comments, blank lines, single brackets,
`using` and `namespace` lines do not count, and white space is ignored. Generated files are left out.
"""
import collections
import pathlib
import re
import sys

RUN = 6
root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)


def sources(folder):
    return [file for file in sorted(folder.rglob("*.cs")) if not {"obj", "bin"} & set(file.parts)]


def lines(file):
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        text = re.sub(r"\s+", "", line)
        if re.search(r"\w", text) and not re.match(r"//|using\w|namespace|\[assembly", text):
            yield number, text


def duplicated():
    runs = collections.defaultdict(list)
    total = 0
    for file in sources(root / "src"):
        code = list(lines(file))
        total += len(code)
        for start in range(len(code) - RUN + 1):
            runs[tuple(text for _, text in code[start:start + RUN])].append((file, [number for number, _ in code[start:start + RUN]]))
    copies = {(file, number) for places in runs.values() if len(places) > 1 for file, numbers in places for number in numbers}
    return len(copies), total


def long_files(limit=300):
    return [file for file in sources(root / "src") if len(file.read_text(encoding="utf-8-sig").splitlines()) > limit]


def long_lines(limit=140):
    return [
        (len(line), '"' in line) for folder in ("src", "tests", "benchmarks", "samples", "eng") for file in sources(root / folder)
        for line in file.read_text(encoding="utf-8-sig").splitlines() if len(line) > limit]


copies, total = duplicated()
print(f"duplicated lines of src: {copies} of {total} lines of code")
print(f"files of src above 300 lines: {len(long_files())}")
over = long_lines()
print(f"lines above 140 characters: {len(over)}, {sum(literal for _, literal in over)} of them with a literal")

for file in sorted(file for part in ("samples", "templates") for file in sources(root / part) if file.name == "Program.cs"):
    # A template is all user code; beside a sample's program stand its options.
    written = sources(file.parent) if "templates" in file.parts else [file]
    print(f"{file.relative_to(root)}: {sum(len(list(lines(one))) for one in written)} lines of code")
