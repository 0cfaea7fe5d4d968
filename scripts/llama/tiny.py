"""Checks of our local client on a model of random weights, whose every answer is known."""

import json
import os
import pathlib
import time

from checks import Checks, equal

from engine import Engine
from program import Program

CONTEXT = 512
DIGITS = "123456789"
LETTERS = "bcdefghijklmnopqrstuvwxyza"


def alphabet(count):
    return (LETTERS * (count // 26 + 1))[:count]


def only(record):
    equal(len(record["attempts"]), 1)
    return record["attempts"][0]


def answers(checks, program):
    def whole():
        code, record = program.ask("0", "--unary")
        equal((code, record["text"]), (0, DIGITS))
        attempt = only(record)
        equal((attempt["outcome"], attempt["finish"]), ("ok", "stop"))
        equal((attempt["input_tokens"], attempt["output_tokens"]), (1, 9))
        equal((attempt["cost_usd"], attempt["ttft_ms"], attempt["served_model"]), ("0", None, "tiny"))
        equal(attempt["usage_source"], "reported")

    def streamed():
        code, events, record = program.stream("0")
        pieces = [event["text"] for event in events if event["type"] == "text"]
        equal((code, "".join(pieces), record["text"]), (0, DIGITS, DIGITS))
        assert len(pieces) > 1, f"the stream came in {len(pieces)} pieces"
        attempt = only(record)
        equal((attempt["outcome"], attempt["finish"]), ("ok", "stop"))
        assert 0 < attempt["ttft_ms"] < attempt["e2e_ms"], attempt
        # This server puts no usage into its streams: its tokenizer counts what was written, the prompt stays unknown.
        equal((attempt["input_tokens"], attempt["output_tokens"], attempt["usage_source"]), (None, 9, "counted"))
        equal(attempt["cost_usd"], "0")

    def limited():
        for option in ("--unary", "--stream"):
            if option == "--unary":
                code, record = program.ask("a", "--max-tokens", "30", option)
            else:
                code, _, record = program.stream("a", "--max-tokens", "30")
            equal((code, record["text"]), (0, alphabet(30)))
            equal((record["outcome"], only(record)["finish"]), ("length_truncated", "length"))

    def system():
        equal(program.ask("5", "--unary", "--system", "a b c ")[1]["text"], "6789")

    checks.check("an answer in one piece, with usage and stop reason", whole)
    checks.check("a stream", streamed)
    checks.check("an output limit", limited)
    checks.check("a system prompt", system)


def errors(checks, program):
    def overflow(*options):
        code, record = program.ask("a" * (CONTEXT + 50), *options)
        return code, record["attempts"][-1]

    def whole():
        code, attempt = overflow("--unary")
        equal((code, attempt["outcome"], attempt["status"]), (2, "context_overflow", 400))

    def streamed():
        # The server has said 200 before it looks at the prompt, then hangs up without a word.
        code, attempt = overflow()
        equal((code, attempt["outcome"]), (5, "stream_truncated"))

    def unmanaged():
        for arguments in (["load", "tiny"], ["unload", "--all"], ["ps"], ["pull", "ai/smollm3"]):
            code, _, error = program.run("models", *arguments)
            equal(code, 2)
            assert "not available" in error and "hint:" in error, error

    def listed():
        code, output, _ = program.run("models", "list", "--format", "json")
        found = json.loads(output)
        equal((code, found["managed"], [model["tags"] for model in found["models"]]), (0, False, [["tiny"]]))

    checks.check("a prompt longer than the context", whole)
    checks.check("the same in a stream", streamed)
    checks.check("its models are listed", listed)
    checks.check("managing them is not available, and said so", unmanaged)


def cancellation(checks, program, engine):
    tokens = 450

    def whole_answer():
        start = time.monotonic()
        equal(program.stream("a", "--max-tokens", str(tokens))[0], 0)
        return time.monotonic() - start

    def interrupted():
        whole = whole_answer()
        left, code = program.interrupt("a", "--max-tokens", str(tokens))
        equal(code, 130)
        # One question at a time: this answer comes only when the engine has stopped writing the one that was left.
        equal(program.ask("5", "--unary")[0], 0)
        waited = time.monotonic() - left
        print(f"     a whole answer takes {whole:.2f} s; {waited:.2f} s after the interrupt the next one was there")
        assert waited < whole / 2, f"{waited:.2f} s of {whole:.2f} s"
        assert "isconnected from client" in engine.text(), "the engine's log does not mention it"

    def deadline():
        # A share of what it takes on this machine: a quick one writes hundreds of tokens a second.
        limit = f"{int(whole_answer() * 1000 / 3)}ms"
        code, _, record = program.stream("a", "--max-tokens", str(tokens), "--deadline", limit)
        equal((code, record["outcome"]), (5, "timeout_total"))
        assert len(record["text"]) < tokens

    checks.check("the engine stops when the caller leaves", interrupted)
    checks.check("a deadline ends the answer", deadline)


def speed(checks, program, engine):
    def decode():
        tokens = 200
        before = len(engine.timings())
        _, _, record = program.stream("ba", "--max-tokens", str(tokens))
        attempt = only(record)
        equal(len(record["text"]), tokens)
        rows = engine.timings()[before:]
        equal(len(rows), 1)
        runs, evaluating, deciding = rows[0]
        ours = (tokens - 1) / (attempt["e2e_ms"] - attempt["ttft_ms"]) * 1_000
        theirs = runs / deciding * 1_000
        print(
            f"     decode_tps: ours {ours:.1f}; the engine's log {theirs:.1f}, evaluation alone {runs / evaluating * 1_000:.1f}")
        # A token more or less, and the tail of the stream.
        assert 0.9 < ours / theirs < 1.1, f"ours {ours:.1f}, theirs {theirs:.1f}"

    checks.check("our decode speed is the engine's", decode)


def bench(checks, program, folder):
    def run():
        data = pathlib.Path(folder) / "digits.jsonl"
        rows = [
            {"id": f"from-{digit}", "task": "simple_generation", "input": str(digit), "target": DIGITS[digit:],
             "assert": [{"type": "equals", "value": DIGITS[digit:]}]}
            for digit in range(1, 8)
        ]
        data.write_text("".join(json.dumps(row) + "\n" for row in rows))
        code, output, error = program.run(
            "run", str(data), "--models", "local/tiny", "--repeat", "2", "--out", str(pathlib.Path(folder) / "reports"))
        # Few cases decide nothing: 3 is inconclusive, not failed.
        assert code in (0, 3), f"exit code {code}: {error[-2_000:]}"
        trials = program.trials()
        equal(len(trials), 2 * len(rows))
        equal({trial["outcome"] for trial in trials}, {"ok"})
        equal({trial["passed"] for trial in trials}, {True})
        # Every digit is a token.
        equal({trial["usage_source"] for trial in trials}, {"counted"})
        equal([trial["output_tokens"] for trial in trials], [trial["answer_chars"] for trial in trials])
        # It is timed where decoding took 5 ms or more.
        timed = [trial for trial in trials if (trial["decode_ms"] or 0) >= 5]
        assert timed, "no answer took long enough to be timed"
        untimed = [trial for trial in timed if not trial["chars_per_s"] or not trial["decode_tps"]]
        assert not untimed, f"{len(untimed)} of {len(timed)}: {untimed[0]}"

    checks.check("a short bench", run)


def check(binary, folder):
    """Checks everything, and returns the checks."""
    engine = Engine(os.path.join(folder, "tiny.gguf"), os.path.join(folder, "tiny.log"), CONTEXT, "tiny")
    checks = Checks("tiny")
    program = Program(binary, folder, engine.address, "tiny")
    try:
        engine.wait()
        answers(checks, program)
        errors(checks, program)
        cancellation(checks, program, engine)
        speed(checks, program, engine)
        bench(checks, program, folder)
    finally:
        engine.stop()
    code, record = program.ask("0")
    checks.check("a stopped engine is unreachable", lambda: equal((code, record["attempts"][-1]["outcome"]), (5, "conn_reset")))
    return checks
