"""Chaos through the server: two of them over one database, killed and started again, with virtual keys and callers who ask again."""

import asyncio
import hashlib
import json
import random
import subprocess
import time

from books import PICO, compare, pico
from caller import DIALECTS, Broken, Caller, request
from server import Server

MODELS = [
    "auto", "openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "gemini/gemini-2.5-flash", "groq/openai/gpt-oss-20b", "xai/grok-4.3",
    "auto/architecture",
]
# The provider's key of the second server, which nobody asks but the callers with the small budget.
SMALL_KEY, SMALL_BUDGET = "k-small", "0.02"


class Questions:
    """Asks until enough have ended; what breaks off is asked again under its Idempotency-Key."""

    def __init__(self, options, servers, keys):
        self.options, self.servers, self.keys = options, servers, keys
        self.begun = self.ended = self.repeats = self.again = self.left = self.refused = 0
        self.statuses, self.trouble, self.latest = {}, [], 0.0

    async def run(self):
        await asyncio.gather(*(self.worker(number) for number in range(self.options.concurrency)))

    async def worker(self, number):
        dice = random.Random(self.options.seed * 1_000 + number)
        # One in eight has the small budget.
        place = 1 if number % 8 == 0 else 0
        server = self.servers[place]
        caller = Caller(server.port, self.keys[place])
        while self.begun < self.options.asks:
            self.begun += 1
            await self.one(dice, server, caller, f"ask-{self.begun}")
            self.ended += 1
        caller.close()

    async def one(self, dice, server, caller, name):
        chance = dice.random()
        path, body = request(
            dice.choice(DIALECTS), dice.choice(MODELS), f"Say something about {name}.", chance < 0.5, dice.choice((16, 64, 200)))
        if dice.random() < 0.05:
            self.left += 1
            try:
                await asyncio.wait_for(caller.ask(path, body, leave=True), 0.2)
            except (Broken, asyncio.TimeoutError):
                caller.close()
            return
        headers = [("idempotency-key", name)]
        first = await self.until_answered(server, caller, path, body, headers)
        if first and first[0] == 200 and dice.random() < 0.1:
            life = server.lives
            second = await self.until_answered(server, caller, path, body, headers)
            self.repeats += 1
            # A server that was killed in between has forgotten: then the question is a new one, and is paid as one.
            if server.lives == life and second != first:
                self.trouble.append(f"{name}: asked again, another answer: {first[1][:120]!r} {second and second[1][:120]!r}")

    async def until_answered(self, server, caller, path, body, headers):
        """The first whole answer; a server that is down is waited for."""
        for _ in range(60):
            started, life = time.monotonic(), server.lives
            try:
                status, content = await asyncio.wait_for(caller.ask(path, body, headers), self.options.deadline + 30)
            except (Broken, asyncio.TimeoutError) as error:
                caller.close()
                if isinstance(error, asyncio.TimeoutError):
                    self.trouble.append(f"no answer in {self.options.deadline + 30} s")
                self.again += 1
                await asyncio.sleep(0.2)
                continue
            if server.lives == life:
                self.latest = max(self.latest, time.monotonic() - started)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            # In every dialect, each of which has its own code for it.
            self.refused += status == 429 and b"the key's budget of" in content
            return status, content
        self.trouble.append("a question never found its server")
        return None


async def trouble(questions, servers, gate, simulator, options, dice):
    """Kills a server or shuts the gate now and then, and reads the ledger before its ring comes round."""
    kills = sorted(dice.random() * 0.8 + 0.1 for _ in range(options.kills))
    deaths = [(0.15, True), (0.25, False), (0.45, True), (0.55, False), (0.75, True), (0.8, False)]
    while True:
        await asyncio.sleep(0.25)
        done = questions.ended / options.asks
        while deaths and done >= deaths[0][0]:
            gate.close() if deaths.pop(0)[1] else gate.open()
        if kills and done >= kills[0]:
            kills.pop(0)
            server = dice.choice(servers)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        await asyncio.to_thread(simulator.collect)


def account(server, name):
    command = [server.program, "keys", "issued", "--db", server.database, "--format", "json"]
    done = subprocess.run(command, env=server.environment, cwd=server.folder, capture_output=True, text=True, check=True)
    return next(key for key in json.loads(done.stdout) if key["name"] == name)


def budgets(server, entries):
    """The small budget against what its callers were billed: they alone use the second server's key at the providers."""
    fingerprint = hashlib.sha256(b"dirgen-key/1:" + SMALL_KEY.encode()).hexdigest()[:12]
    for name, own in (("small", True), ("ample", False)):
        key = account(server, name)
        billed = sum(pico(entry["cost_usd"]) for entry in entries if (entry["key"] == fingerprint) == own and entry["provider"] != "local")
        paid = pico(key["spent_usd"]) + pico(key["reserved_usd"])
        limit = pico(key["budget_usd"])
        words = f"the {name} budget of {limit / PICO:g} USD: {billed / PICO:.6f} billed, {paid / PICO:.6f} spent or held"
        yield billed <= paid <= limit, words


def judge(questions, servers, options, simulator, idle):
    kills = sum(server.lives - 1 for server in servers)
    yield questions.ended >= options.asks, f"{questions.ended} of {options.asks} questions ended; {questions.left} left, {questions.again} asked again"
    yield not questions.trouble, f"{len(questions.trouble)} troubles {questions.trouble[:3]}"
    yield True, f"{questions.repeats} repeated under their Idempotency-Key; {kills} kills"
    limit = options.deadline + options.slack / 1_000
    yield questions.latest <= limit, f"the latest answer took {questions.latest:.1f} s (at most {limit:.1f})"
    good = questions.statuses.get(200, 0)
    yield good > (questions.ended - questions.refused) / 2, f"statuses {dict(sorted(questions.statuses.items()))}, {questions.refused} over budget"
    yield questions.refused > 0, "the small budget was used up"
    for number, server in enumerate(servers):
        sockets = server.settled_sockets(idle[number])
        yield sockets <= idle[number], f"server {number}: {idle[number]} sockets before, {sockets} after"
        yield server.stop() == 0, f"server {number} stops in order"
    yield simulator.idle(), "the simulator has nothing in flight and its connections are closed"
    yield simulator.dropped == 0, f"{simulator.dropped} entries of the simulator's ledger were missed"
    yield from compare(servers[0].database, simulator.entries, kills, unwritten=kills * options.concurrency)
    yield from budgets(servers[0], simulator.entries)


def run(options, program, folder, simulator, gate, environment, dice):
    """Every claim, with whether it holds and its figures."""
    small = {name: value for name, value in environment.items() if "_API_KEY_" not in name}
    for name in ("OPENAI", "ANTHROPIC", "GEMINI", "GROQ", "XAI"):
        small[name + "_API_KEY"] = SMALL_KEY
    servers = [Server(program, variables, folder, folder + "/chaos.sqlite") for variables in (environment, small)]
    keys = [servers[0].key("ample", "--budget", "1000"), servers[0].key("small", "--budget", SMALL_BUDGET)]
    try:
        for server in servers:
            server.start()
        idle = [server.sockets() for server in servers]
        questions = Questions(options, servers, keys)

        async def drive():
            watch = asyncio.create_task(trouble(questions, servers, gate, simulator, options, dice))
            try:
                await questions.run()
            finally:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)

        asyncio.run(drive())
        gate.open()
        yield from judge(questions, servers, options, simulator, idle)
    finally:
        for server in servers:
            if hasattr(server, "process") and server.process.poll() is None:
                server.process.kill()
