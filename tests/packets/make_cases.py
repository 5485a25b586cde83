#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write the tables of cases as streams: make_cases.py DIRECTORY [TABLE]..."""

import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import stream


def tables():
    return sorted(path.stem for path in (HERE / "cases").glob("*.py") if path.stem != "common")


def make(directory, table):
    """The table's stream; the name of a case is all that a failure shows, so each must
    be the only one of its name."""
    module = importlib.import_module(f"cases.{table}")
    names = set()
    with open(directory / f"{table}.stream", "wb") as f:
        stream.start(f)
        for name, profile, side, packets, expects, *vnet in module.cases():
            name = f"{table}: {'4>6' if side == 4 else '6>4'}: {name}"
            if (name, profile) in names:
                raise SystemExit(f"two cases of one name: {name} ({profile})")
            names.add((name, profile))
            stream.write_case(f, name, profile, side, packets, expects, *vnet)
    return len(names)


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for table in sys.argv[2:] or tables():
        print(f"{table}: {make(directory, table)} cases")


if __name__ == "__main__":
    main()
