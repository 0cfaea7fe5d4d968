"""Kills a benchmark run at moments uniform over its wall clock, resumes it, and compares what it booked with what was billed."""

import argparse
import collections
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

from books import name, pico

MODELS = ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "groq/openai/gpt-oss-20b"]
KEYS = {"OPENAI_API_KEY": "k-openai", "ANTHROPIC_API_KEY": "k-anthropic", "GROQ_API_KEY": "k-groq"}


class Simulator:
    """The simulator as a process of its own; its ledger is read in slices."""

    def __init__(self, program, folder, dataset, seed):
        self.process = subprocess.Popen(
            [program, "simulate", "--dataset", dataset, "--time-scale", "0.1", "--seed", str(seed)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder, env={**os.environ, "HOME": folder})
        self.origin = self.process.stdout.readline().rsplit(" ", 1)[1].strip()
        self.environment = {}
        # The local server's address is the last line.
        while "DMR_BASE_URL" not in self.environment:
            variable, value = self.process.stdout.readline().removeprefix("export ").strip().split("=", 1)
            self.environment[variable] = value
        self.last = 0

    def get(self, path):
        with urllib.request.urlopen(f"{self.origin}/_sim/{path}", timeout=30) as response:
            return json.load(response)

    def slice(self):
        """What was billed since the last slice, once nothing is in flight."""
        end = time.monotonic() + 30
        while self.get("stats")["in_flight"] and time.monotonic() < end:
            time.sleep(0.02)
        # A request that the killed process had sent, and that is not read yet.
        time.sleep(0.1)
        entries = self.get(f"ledger?after={self.last}&limit=1000000")["entries"]
        if entries:
            assert entries[0]["number"] == self.last + 1, "entries of the ledger were missed"
            self.last = entries[-1]["number"]
        return entries

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


class Run:
    def __init__(self, options, simulator, folder):
        self.folder, self.database = folder, folder + "/d.sqlite"
        self.program = os.path.abspath(options.bin)
        os.makedirs(folder)
        names = ("PATH", "LANG", "SWIFT_BACKTRACE")
        self.environment = {
            **{key: os.environ[key] for key in names if key in os.environ}, "HOME": folder, **KEYS,
            **{key: value for key, value in simulator.environment.items() if key.split("_")[0] in ("OPENAI", "ANTHROPIC", "GROQ")},
        }
        self.begin = [
            "run", options.dataset, "--limit", str(options.cases), "--derive", "--concurrency", "4", "--max-cost", "5",
            "--models", *MODELS,
        ]

    def start(self, arguments):
        return subprocess.Popen(
            [self.program, *arguments, "--yes", "--quiet", "--format", "json", "--db", "d.sqlite"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder, env=self.environment)

    def rows(self, sql, *arguments):
        if not os.path.exists(self.database):
            return []
        with sqlite3.connect(self.database) as database:
            database.row_factory = sqlite3.Row
            try:
                return database.execute(sql, arguments).fetchall()
            except sqlite3.OperationalError as error:
                # Killed before its tables were made.
                if "no such table" in str(error):
                    return []
                raise


def books(run, ledger):
    """Each attempt against its charge, by the name that the provider gave it; what never got a name against what is set aside."""
    attempts = run.rows("SELECT * FROM attempts")
    charges = {entry["request_id"]: entry for entry in ledger}
    known = assumed = 0
    unnamed = collections.Counter()
    for row in attempts:
        charge = charges.pop(name(row), None) if name(row) else None
        cost = row["billed_pusd"] if row["billed_pusd"] is not None else row["computed_pusd"]
        if row["assumed"] or cost is None:
            worst = row["worst_pusd"] or 0
            assumed += worst
            if charge is None:
                unnamed[row["model"]] += worst
            else:
                assert pico(charge["cost_usd"]) <= worst, f"{row['id']} is booked below what was billed"
            continue
        assert charge is not None, f"{row['id']} is booked, and was never billed"
        assert pico(charge["cost_usd"]) == cost, f"{row['id']}: {cost} booked, {charge['cost_usd']} billed"
        known += cost
    for charge in charges.values():
        model = f"{charge['provider']}/{charge['model']}"
        unnamed[model] -= pico(charge["cost_usd"])
        assert unnamed[model] >= 0, f"a charge of {model} is in no book"
    assert not run.rows("SELECT 1 FROM attempts WHERE state = 'reserved'"), "an attempt is still reserved"
    assert run.rows("PRAGMA integrity_check")[0][0] == "ok", "the database is not sound"
    return known, assumed


def answered(run, ledger):
    """The trials on disk, and the prompts that they answer."""
    trials = run.rows("SELECT call_id, arm_id FROM trials")
    calls = {row["call_id"] for row in trials}
    named = {entry["request_id"]: (entry["provider"], entry["model"], entry["prompt_digest"]) for entry in ledger}
    prompts = {named[name(row)] for row in run.rows("SELECT * FROM attempts") if row["call_id"] in calls and name(row) in named}
    return calls, prompts


def moment(options, simulator, folder, delay):
    """One kill after `delay` seconds; says what it hit, or raises what is wrong."""
    run = Run(options, simulator, folder)
    process = run.start(run.begin)
    try:
        process.wait(timeout=delay)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    before = simulator.slice()
    planned = options.cases * len(MODELS)
    if not run.rows("SELECT 1 FROM runs"):
        assert not before, "calls were made before the run was on disk"
        return "before the run began"
    if process.returncode == 0:
        books(run, before)
        return "after its end"
    calls, prompts = answered(run, before)
    reserved = len(run.rows("SELECT 1 FROM attempts WHERE state = 'reserved'"))
    resumed = run.start(["resume", "latest"])
    output, error = resumed.communicate(timeout=120)
    if not resumed.returncode and run.rows("SELECT 1 FROM runs WHERE status = 'complete'"):
        document = json.loads(output)
    else:
        # It was complete, and its table or report was being written.
        assert "complete" in error, f"resume: {resumed.returncode} {error}"
        document = None
    after = simulator.slice()
    known, assumed = books(run, before + after)
    rows = run.rows("SELECT call_id FROM trials")
    assert len(rows) == planned, f"{len(rows)} trials of {planned}"
    assert calls <= {row["call_id"] for row in rows}, "a trial that was on disk is gone"
    again = [entry for entry in after if (entry["provider"], entry["model"], entry["prompt_digest"]) in prompts]
    assert not again, f"{len(again)} prompts were answered, and asked again"
    if document:
        said = pico(document["spent_usd"]), pico(document["unknown_up_to_usd"])
        assert said == (known, assumed), f"the run says {said}, the books {(known, assumed)}"
    return f"with {len(calls)} of {planned} answered and {reserved} in flight"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="the program")
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=24)
    parser.add_argument("--dataset", default="datasets/architecture.jsonl")
    parser.add_argument("--keep", action="store_true", help="keep the databases of all moments")
    options = parser.parse_args()
    options.dataset = os.path.abspath(options.dataset)
    chance = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="kill-resume-")
    simulator = Simulator(os.path.abspath(options.bin), folder, options.dataset, options.seed)
    passed, failed, hits = 0, [], collections.Counter()
    try:
        start = time.monotonic()
        whole = Run(options, simulator, f"{folder}/whole")
        process = whole.start(whole.begin)
        _, error = process.communicate(timeout=300)
        length = time.monotonic() - start
        if process.returncode != 0:
            sys.exit(f"the run that is not killed failed: {error}")
        books(whole, simulator.slice())
        for number in range(options.moments):
            # One in each of equal parts of the clock.
            delay = (number + chance.random()) / options.moments * length
            try:
                where = moment(options, simulator, f"{folder}/{number}", delay)
                hits[re.sub(r"\d+ of \d+ answered and \d+", "calls", where)] += 1
                passed += 1
                print(f"killed after {delay:.2f} of {length:.2f} s, {where}: ok", flush=True)
            except (AssertionError, subprocess.TimeoutExpired, json.JSONDecodeError) as problem:
                failed.append(number)
                print(f"killed after {delay:.2f} of {length:.2f} s: {problem}", flush=True)
                simulator.slice()
    finally:
        simulator.stop()
        if options.keep or failed:
            print(f"kept in {folder}")
        else:
            shutil.rmtree(folder)
    print("; ".join(f"{count} {where}" for where, count in hits.most_common()))
    print(f"{passed} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


main()
