"""Starts a real engine with a model of random weights, then with a real one, and lets our local client and the bench loose on them."""

import argparse
import os
import sys

import real
import tiny


def main():
    parser = argparse.ArgumentParser(prog="scripts/test-llama", description=__doc__)
    parser.add_argument("--report", metavar="DIR", help="keep the report of the real model's answers in this folder")
    parser.add_argument("--only", choices=["tiny", "real"], help="one of the two models alone")
    parser.add_argument("--folder", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
    suites = []
    if options.only != "real":
        suites.append(tiny.check(options.binary, options.folder))
    if options.only != "tiny":
        suites.append(real.check(options.binary, options.folder, options.report))
    passed, failed = sum(suite.passed for suite in suites), sum(suite.failed for suite in suites)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
