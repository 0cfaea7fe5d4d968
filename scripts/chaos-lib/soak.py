"""Drives `scripts/soak`: one server, very many requests; then its memory, its sockets and its books."""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time

from books import PICO, compare, pico
from caller import Broken, Caller, request
from server import Server
from simulator import Simulator

CLOUDS = {"OPENAI": "/openai/v1", "ANTHROPIC": "/anthropic", "GEMINI": "/gemini", "GROQ": "/groq", "XAI": "/xai/v1"}
# Dialect and model: each vendor's own, and two across dialects.
WAYS = [
    ("chat", "openai/gpt-6-luna"), ("responses", "openai/gpt-6-luna"), ("messages", "anthropic/claude-haiku-5-5"),
    ("gemini", "gemini/gemini-2.5-flash"), ("chat", "groq/openai/gpt-oss-20b"), ("chat", "anthropic/claude-haiku-5-5"),
    ("messages", "openai/gpt-6-luna"),
]
FAULTS = ["soak-error", "soak-overload", "soak-drop", "soak-text", "soak-cut", "soak-long"]


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--bin", required=True, help="dirgen-bench")
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--growth", type=float, default=1.1, help="most that memory may grow from the second quarter to the last")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the folder with database and outputs")
    return parser.parse_args()


def environment(origin, folder):
    variables = {"HOME": folder, "PATH": os.environ["PATH"], "NO_PROXY": "*", "DMR_BASE_URL": origin + "/local"}
    # Of the toolchain, and of the sanitizer where the program is built with it.
    for name in ("LD_LIBRARY_PATH", "TSAN_OPTIONS"):
        if name in os.environ:
            variables[name] = os.environ[name]
    for name, path in CLOUDS.items():
        variables[name + "_BASE_URL"] = origin + path
        variables[name + "_API_KEY"] = "k-1"
    return variables


class Load:
    """Requests by a die: one in ten a stream, every second of them left in the middle; one in twenty meets a fault."""

    def __init__(self, port, key, options):
        self.port, self.key, self.options = port, key, options
        self.begun = self.left = self.streams = self.faulty = 0
        self.statuses, self.wrong = {}, []
        self.results = 0

    async def run(self):
        await asyncio.gather(*(self.worker(number) for number in range(self.options.concurrency)))

    async def worker(self, number):
        dice = random.Random(self.options.seed * 1_000 + number)
        caller = Caller(self.port, self.key)
        while self.begun < self.options.requests:
            self.begun += 1
            await self.one(dice, caller)
            self.results += 1
        caller.close()

    async def one(self, dice, caller):
        chance = dice.random()
        dialect, model = dice.choice(WAYS)
        prompt, stream, leave = f"Say something about number {dice.randrange(1_000_000)}.", chance < 0.1, chance < 0.05
        if leave:
            prompt = "soak-slow " + prompt
        elif 0.1 <= chance < 0.15:
            self.faulty += 1
            model, prompt = "xai/grok-4.3", f"{dice.choice(FAULTS)} {prompt}"
            dialect, stream = "chat", "soak-cut" in prompt
        self.streams += stream
        self.left += leave
        status, content = await self.ask(caller, *request(dialect, model, prompt, stream), leave)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if leave or 0.1 <= chance < 0.15:
            return
        # A chat stream tells its usage only when it is asked to.
        if status != 200 or b"usage" not in content and not (dialect == "chat" and stream):
            self.wrong.append((status, dialect, model, content[-200:]))

    async def ask(self, caller, path, body, leave):
        try:
            # Who leaves does it in the middle of the text, or of the silence before it.
            return await asyncio.wait_for(caller.ask(path, body, leave=leave), 0.3 if leave else 60)
        except (Broken, asyncio.TimeoutError) as error:
            caller.close()
            return ("left", b"") if leave else (0, repr(error).encode())


async def weigh(server, simulator, load, samples):
    """Memory as it goes, and the ledger before its ring comes round."""
    shown = 0
    while True:
        await asyncio.sleep(0.5)
        samples.append((load.results, server.memory(), server.sockets()))
        await asyncio.to_thread(simulator.collect)
        part = load.results * 10 // load.options.requests
        if part > shown:
            shown = part
            print(f"     {load.results} requests, {samples[-1][1] / 1024:.0f} MB, {samples[-1][2]} sockets", flush=True)


def judge(server, simulator, load, samples, idle, options):
    total = options.requests
    yield not load.wrong, f"{len(load.wrong)} answers that are none, without a fault {load.wrong[:3]}"
    yield True, f"{total} requests, {load.streams} streams, {load.left} left, {load.faulty} faulty; statuses {load.statuses}"
    # First, as it waits: what the server holds once nothing comes is its memory at rest.
    sockets = server.settled_sockets(idle)
    quarter = [size for done, size, _ in samples if total / 4 <= done < total / 2]
    last = [size for done, size, _ in samples if done >= total * 3 / 4]
    if len(quarter) >= 5 and len(last) >= 5:
        yield max(last) <= max(quarter) * options.growth, f"memory: {max(quarter) / 1024:.0f} MB, later {max(last) / 1024:.0f} MB, {server.memory() / 1024:.0f} MB at rest"
    yield sockets <= idle, f"sockets: {idle} before, {max(count for _, _, count in samples)} at most, {sockets} after"
    yield simulator.idle(), "the simulator has nothing in flight and its connections are closed"
    yield simulator.dropped == 0, f"{simulator.dropped} entries of the simulator's ledger were missed"
    yield server.process.poll() is None, "the server still runs"
    ended = server.stop()
    yield ended == 0, "the server stops in order" + ("" if ended == 0 else f": {ended}; {server.complaint()}")
    yield from compare(server.database, simulator.entries, 0)
    yield from key_spent(server, simulator, total, load.left)


def key_spent(server, simulator, total, left):
    """The account of the one key that paid for all."""
    command = [server.program, "keys", "issued", "--db", server.database, "--format", "json"]
    done = subprocess.run(command, env=server.environment, cwd=server.folder, capture_output=True, text=True, check=True)
    key = json.loads(done.stdout)[0]
    billed = sum(pico(entry["cost_usd"]) for entry in simulator.entries)
    spent, assumed = pico(key["spent_usd"]), pico(key["assumed_usd"])
    words = f"the key paid {spent / PICO:.6f} USD, {assumed / PICO:.6f} of it assumed; {billed / PICO:.6f} were billed"
    yield spent - assumed <= billed <= spent, words
    # Who left before being admitted has bought nothing.
    holds = pico(key["reserved_usd"]) == 0 and total - left <= key["requests"] <= total
    yield holds, f"{key['requests']} requests of the key, {key['reserved_usd']} USD still held"


def main():
    options = arguments()
    folder = tempfile.mkdtemp(prefix="dirgen-soak-")
    started = time.monotonic()
    program = os.path.abspath(options.bin)
    simulator = Simulator(program, folder, options.seed, "soak.yaml", 0.001)
    server = Server(program, environment(simulator.origin, folder), folder, folder + "/soak.sqlite")
    failures = passed = 0
    samples = []
    try:
        key = server.key("soak", "--budget", "1000000")
        server.start()
        idle = server.sockets()
        load = Load(server.port, key, options)

        async def drive():
            watch = asyncio.create_task(weigh(server, simulator, load, samples))
            try:
                await load.run()
            finally:
                watch.cancel()

        asyncio.run(drive())
        took = time.monotonic() - started
        for holds, words in judge(server, simulator, load, samples, idle, options):
            print(("ok   " if holds else "FAIL ") + words, flush=True)
            passed, failures = passed + bool(holds), failures + (not holds)
        print(f"seed {options.seed}, {took:.0f} s, {options.requests / took:.0f} requests/s" + (f", kept in {folder}" if options.keep else ""))
    finally:
        if hasattr(server, "process") and server.process.poll() is None:
            server.process.kill()
        simulator.stop()
    if not options.keep:
        subprocess.run(["rm", "-rf", folder], check=False)
    print(f"{passed} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
