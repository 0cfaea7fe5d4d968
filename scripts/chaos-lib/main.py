"""Drives `scripts/chaos`: one simulator, several processes that ask, and trouble; then the books are compared."""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

from books import compare
from gate import Gate
from simulator import Simulator
import via_serve

CLOUDS = {"OPENAI": "/openai/v1", "ANTHROPIC": "/anthropic", "GEMINI": "/gemini", "GROQ": "/groq", "XAI": "/xai/v1"}
KEYS = ["k-1", "k-2", "k-tight", "k-spent", "k-revoked", "k-barred"]
CONFIGURATION = "timeouts: {connect: 1s, first_token: 1s, idle: 1s, total: %ds}\n"


class Driver:
    """A process that asks; counts what it says, and can be killed and started again where it was."""

    def __init__(self, options, environment, folder, number, first, count):
        self.options, self.environment, self.folder, self.number = options, environment, folder, number
        self.next, self.end = first, first + count
        self.results, self.last, self.kills, self.memory = [], {}, 0, []
        self.heard = time.monotonic()
        self.start()

    def start(self):
        each = max(1, self.options.concurrency // self.options.processes)
        arguments = [self.folder + "/chaos.sqlite", self.next, self.end - self.next, each, self.options.seed]
        self.errors = open(f"{self.folder}/driver{self.number}.err", "ab")
        self.process = subprocess.Popen(
            [os.path.abspath(self.options.bin + "/ChaosDriver"), *map(str, arguments)], env=self.environment,
            cwd=self.folder, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.reader = threading.Thread(target=self.read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def read(self, pipe):
        for line in pipe:
            try:
                value = json.loads(line)
            except ValueError:
                continue  # cut off by a kill
            self.heard = time.monotonic()
            if value.get("done"):
                self.last = value
            else:
                self.results.append(value)
                self.next += 1

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.kills += 1
        # What was under way is lost; other questions take its place, so that the number that ends is the number wanted.
        self.start()

    def complaint(self):
        """The end of what it said on standard error."""
        if self.process.returncode == 0:
            return ""
        with open(f"{self.folder}/driver{self.number}.err", errors="replace") as file:
            return ": " + file.read()[-400:].strip()

    def weigh(self):
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                for line in status:
                    if line.startswith("VmRSS:"):
                        self.memory.append((self.kills, int(line.split()[1])))
        except OSError:
            pass


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("--bin", help="folder of dirgen-bench and ChaosDriver")
    parser.add_argument("--asks", type=int, default=10_000)
    parser.add_argument("--concurrency", type=int, default=64, help="of all processes together")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--deadline", type=int, default=10, help="seconds each question has")
    parser.add_argument("--slack", type=float, default=250, help="milliseconds a question may be late")
    parser.add_argument("--growth", type=float, default=1.25, help="most that memory may grow from the first half to the second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--via", choices=["library", "serve"], default="library", help="ask through processes of our own, or through servers")
    parser.add_argument("--keep", action="store_true", help="leave the folder with database and outputs")
    return parser.parse_args()


def environment(origin, gate, folder):
    variables = {"HOME": folder, "PATH": os.environ["PATH"], "NO_PROXY": "*", "DMR_BASE_URL": origin + "/local"}
    if "LD_LIBRARY_PATH" in os.environ:
        variables["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    for name, path in CLOUDS.items():
        # Groq is behind the gate: the one that dies and returns.
        variables[name + "_BASE_URL"] = (gate.origin if name == "GROQ" else origin) + path
        for index, key in enumerate(KEYS):
            variables[f"{name}_API_KEY_{index}"] = key
    return variables


def drive(drivers, gate, simulator, options, dice):
    """Lets them run, with trouble now and then. Returns what went wrong."""
    kills = sorted(dice.random() * 0.8 + 0.1 for _ in range(options.kills))
    deaths = [(0.15, True), (0.25, False), (0.45, True), (0.55, False), (0.75, True), (0.8, False)]
    while any(driver.process.poll() is None for driver in drivers):
        time.sleep(0.25)
        done = sum(len(driver.results) for driver in drivers) / options.asks
        while deaths and done >= deaths[0][0]:
            _, dies = deaths.pop(0)
            gate.close() if dies else gate.open()
        if kills and done >= kills[0]:
            kills.pop(0)
            running = [driver for driver in drivers if driver.process.poll() is None]
            if running:
                dice.choice(running).kill()
        simulator.collect()
        for driver in drivers:
            driver.weigh()
            silent = time.monotonic() - driver.heard
            if driver.process.poll() is None and silent > options.deadline + 30:
                os.kill(driver.process.pid, signal.SIGABRT)
                return [f"process {driver.number} hung: nothing ended for {silent:.0f} s"]
    for driver in drivers:
        driver.reader.join()
    gate.open()
    return []


def judge(drivers, options, simulator, folder):
    """Every claim, with whether it holds and its figures."""
    results = [result for driver in drivers for result in driver.results]
    late = sorted(result["excess_ms"] for result in results)
    worst = late[-1] if late else 0
    yield len(results) >= options.asks, f"{len(results)} of {options.asks} questions ended"
    count = sum(excess > options.slack for excess in late)
    names = [f'{result["id"]} {result["outcome"]} {result["attempts"]} attempts {result["excess_ms"]:.0f} ms'
             for result in results if result["excess_ms"] > options.slack][:5]
    words = f"the latest ended {worst:.0f} ms after its deadline (at most {options.slack:.0f}), {count} too late"
    yield not count, words + (f": {', '.join(names)}" if names else "")
    outcomes = {}
    for result in results:
        outcomes[result["outcome"]] = outcomes.get(result["outcome"], 0) + 1
    yield outcomes.get("ok", 0) > len(results) / 2, f"outcomes: {dict(sorted(outcomes.items(), key=lambda item: -item[1]))}"
    for driver in drivers:
        yield driver.process.returncode == 0, f"process {driver.number} exited {driver.process.returncode}, killed {driver.kills} times{driver.complaint()}"
        before, after = driver.last.get("sockets_before"), driver.last.get("sockets_after")
        yield before is not None and before == after, f"process {driver.number}: {before} sockets before, {after} after"
        # Only a life that was long enough has halves worth comparing.
        memory = [size for life, size in driver.memory if life == driver.kills]
        if len(memory) >= 40:
            quarter = len(memory) // 4
            first = max(memory[quarter : 2 * quarter])
            last = max(memory[-quarter:])
            yield last <= first * options.growth, f"process {driver.number}: {first / 1024:.0f} MB, later {last / 1024:.0f} MB"
    yield simulator.idle(), "the simulator has nothing in flight and its connections are closed"
    entries = simulator.entries
    failed = sum(1 for entry in entries if entry["fault"] or entry["outcome"] != "served")
    yield failed > len(entries) * 0.25, f"{len(entries)} requests, {failed} of them failed by the script, a limit or a key"
    yield simulator.dropped == 0, f"{simulator.dropped} entries of the simulator's ledger were missed"
    yield from compare(folder + "/chaos.sqlite", entries, sum(driver.kills for driver in drivers))


def main():
    options = arguments()
    dice = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="dirgen-chaos-")
    started = time.monotonic()
    with open(folder + "/dirgen.yaml", "w") as file:
        file.write(CONFIGURATION % options.deadline)
    simulator = Simulator(os.path.abspath(options.bin + "/dirgen-bench"), folder, options.seed)
    gate = Gate(simulator.port)
    failures = passed = 0
    try:
        variables = environment(simulator.origin, gate, folder)
        if options.via == "serve":
            program = os.path.abspath(options.bin + "/dirgen-bench")
            passed, failures = report(via_serve.run(options, program, folder, simulator, gate, variables, dice))
            return finish(options, folder, started, passed, failures)
        share = options.asks // options.processes
        drivers = [Driver(options, variables, folder, n, n * share * 10, share + (options.asks % options.processes if n == 0 else 0)) for n in range(options.processes)]
        trouble = drive(drivers, gate, simulator, options, dice)
        checks = [(False, words) for words in trouble] or list(judge(drivers, options, simulator, folder))
        passed, failures = report(checks)
    finally:
        for driver in locals().get("drivers", []):
            if driver.process.poll() is None:
                driver.process.kill()
        gate.stop()
        simulator.stop()
    finish(options, folder, started, passed, failures)


def report(checks):
    """Prints the claims, and counts those that hold and those that do not."""
    counts = [0, 0]
    for holds, words in checks:
        print(("ok   " if holds else "FAIL ") + words, flush=True)
        counts[0 if holds else 1] += 1
    return counts


def finish(options, folder, started, passed, failures):
    print(f"seed {options.seed}, {time.monotonic() - started:.0f} s" + (f", kept in {folder}" if options.keep else ""))
    if not options.keep:
        subprocess.run(["rm", "-rf", folder], check=False)
    print(f"{passed} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
