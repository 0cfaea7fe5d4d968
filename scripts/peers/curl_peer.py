"""curl against the gateway: no SDK between the bytes and these checks."""

import json
import subprocess
import time
import urllib.request

from checks import TOOL_SCHEMA, Checks, equal, positive
from servers import gateway

PROMPT = "Say something about queues."
MODELS = ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "gemini/gemini-2.5-flash", "local/ai/smollm3", "auto"]


def curl(url, body=None, *options, limit=30):
    """Status, headers and text, as curl prints them."""
    command = ["curl", "--silent", "--show-error", "--no-buffer", "--include", "--max-time", str(limit), *options, url]
    if body is not None:
        command += ["--header", "content-type: application/json", "--data-binary", json.dumps(body)]
    done = subprocess.run(command, capture_output=True, text=True)
    head, _, text = done.stdout.partition("\n\n")
    lines = head.splitlines()
    assert lines, f"curl ended with {done.returncode}: {done.stderr}"
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:] if ": " in line)}
    return int(lines[0].split()[1]), headers, text


def events(text):
    """The data of an event stream."""
    return [line[6:] for line in text.splitlines() if line.startswith("data: ")]


class Dialect:
    """One API as curl sends it: its address, a body, and where an answer has its parts."""

    def __init__(self, name, path, body, text, delta, usage, calls):
        self.name, self.path, self.body, self.text, self.delta, self.usage, self.calls = name, path, body, text, delta, usage, calls


def user(text):
    return [{"role": "user", "content": text}]


def chat_body(model, **more):
    return {"model": model, "messages": user(PROMPT), **more}


def dialects():
    tool = {"name": "lookup", "description": "d"}
    return [
        Dialect(
            "chat", lambda model, stream: "/v1/chat/completions",
            lambda model, stream: chat_body(model, stream=stream),
            lambda answer: answer["choices"][0]["message"]["content"],
            lambda event: "".join(choice["delta"].get("content") or "" for choice in event["choices"]),
            lambda answer: (answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"]),
            (lambda model: chat_body(
                model, tools=[{"type": "function", "function": {**tool, "parameters": TOOL_SCHEMA}}],
                tool_choice={"type": "function", "function": {"name": "lookup"}}),
             lambda answer: answer["choices"][0]["message"]["tool_calls"][0]["function"]["name"])),
        Dialect(
            "responses", lambda model, stream: "/v1/responses",
            lambda model, stream: {"model": model, "input": PROMPT, "stream": stream},
            lambda answer: "".join(part["text"] for item in answer["output"] if item["type"] == "message" for part in item["content"]),
            lambda event: event["delta"] if event["type"] == "response.output_text.delta" else "",
            lambda answer: (answer["usage"]["input_tokens"], answer["usage"]["output_tokens"]),
            (lambda model: {
                "model": model, "input": PROMPT, "tools": [{"type": "function", **tool, "parameters": TOOL_SCHEMA}],
                "tool_choice": {"type": "function", "name": "lookup"}},
             lambda answer: next(item["name"] for item in answer["output"] if item["type"] == "function_call"))),
        Dialect(
            "messages", lambda model, stream: "/v1/messages",
            lambda model, stream: chat_body(model, max_tokens=900, stream=stream),
            lambda answer: "".join(block["text"] for block in answer["content"] if block["type"] == "text"),
            lambda event: event["delta"].get("text", "") if event["type"] == "content_block_delta" else "",
            lambda answer: (answer["usage"]["input_tokens"], answer["usage"]["output_tokens"]),
            (lambda model: chat_body(
                model, max_tokens=900, tools=[{**tool, "input_schema": TOOL_SCHEMA}],
                tool_choice={"type": "tool", "name": "lookup"}),
             lambda answer: next(block["name"] for block in answer["content"] if block["type"] == "tool_use"))),
        Dialect(
            "gemini",
            lambda model, stream: f"/v1beta/models/{model}:" + ("streamGenerateContent?alt=sse" if stream else "generateContent"),
            lambda model, stream: {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}]},
            lambda answer: "".join(part["text"] for part in answer["candidates"][0]["content"]["parts"]),
            lambda event: "".join(
                part.get("text", "") for candidate in event.get("candidates", [])
                for part in candidate.get("content", {}).get("parts", [])),
            lambda answer: (answer["usageMetadata"]["promptTokenCount"], answer["usageMetadata"]["candidatesTokenCount"]),
            (lambda model: {
                "contents": [{"role": "user", "parts": [{"text": PROMPT}]}],
                "tools": [{"functionDeclarations": [{**tool, "parametersJsonSchema": TOOL_SCHEMA}]}],
                "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["lookup"]}}},
             lambda answer: answer["candidates"][0]["content"]["parts"][0]["functionCall"]["name"])),
    ]


def answers(checks, base, dialect, model):
    def whole():
        status, headers, text = curl(base + dialect.path(model, False), dialect.body(model, False))
        equal(status, 200)
        answer = json.loads(text)
        assert dialect.text(answer), text
        positive(*dialect.usage(answer))
        assert "/" in headers["x-dirgen-model"]

    def streamed():
        status, headers, text = curl(base + dialect.path(model, True), dialect.body(model, True))
        equal((status, headers["content-type"].split(";")[0]), (200, "text/event-stream"))
        data = [json.loads(event) for event in events(text) if event != "[DONE]"]
        assert "".join(map(dialect.delta, data)), text
        # Google's SDK takes a comment for data.
        equal(text.count("x-dirgen-cost-usd=") + text.count("x-dirgen-reason="), 0 if dialect.name == "gemini" else 2)

    def tool():
        body, name = dialect.calls
        status, _, text = curl(base + dialect.path(model, False), body(model))
        equal(status, 200)
        equal(name(json.loads(text)), "lookup")

    checks.check(f"{dialect.name}: {model}: text, usage and facts", whole)
    checks.check(f"{dialect.name}: {model}: a stream", streamed)
    checks.check(f"{dialect.name}: {model}: a tool", tool)


def refusals(checks, base):
    def unknown(dialect):
        status, _, text = curl(base + dialect.path("nobody/none", False), dialect.body("nobody/none", False))
        # OpenAI's Responses API says 400 here.
        equal(status, 400 if dialect.name == "responses" else 404)
        assert json.loads(text)["error"]["message"]

    for dialect in dialects():
        checks.check(f"{dialect.name}: an unknown model", lambda dialect=dialect: unknown(dialect))

    def no_json():
        status, _, text = curl(base + "/v1/chat/completions", None, "--data-binary", "{", "--header", "content-type: application/json")
        equal((status, json.loads(text)["error"]["type"]), (400, "invalid_request_error"))

    def wrong_method():
        status, headers, _ = curl(base + "/v1/chat/completions")
        equal((status, headers.get("allow")), (405, "POST"))

    checks.check("a body that is no JSON", no_json)
    checks.check("a wrong method", wrong_method)


def repeated(checks, base, origin):
    def bought():
        with urllib.request.urlopen(origin + "/_sim/ledger", timeout=10) as answer:
            return len(json.load(answer)["entries"])

    def once():
        body = chat_body("openai/gpt-6-luna")
        before = bought()
        url = base + "/v1/chat/completions"
        first, second = (curl(url, body, "--header", "idempotency-key: once") for _ in range(2))
        equal((first[0], second[0], first[2]), (200, 200, second[2]))
        equal(bought(), before + 1)

    checks.check("an Idempotency-Key buys once", once)


def leaving(checks, base, origin):
    def left():
        with urllib.request.urlopen(origin + "/_sim/ledger", timeout=10) as answer:
            return sum(entry["outcome"] == "client_left" for entry in json.load(answer)["entries"])

    def gone():
        before = left()
        body = {"model": "openai/gpt-6-luna", "messages": user("please-stall"), "stream": True}
        try:
            curl(base + "/v1/chat/completions", body, limit=1)
        except AssertionError:
            pass
        end = time.monotonic() + 5
        while left() == before:
            assert time.monotonic() < end, "the provider still answers a caller who left"
            time.sleep(0.1)

    checks.check("a caller who leaves stops the provider", gone)


def run(origin, binary):
    checks = Checks("curl")
    with gateway(origin, binary) as base:
        for dialect in dialects():
            for model in MODELS:
                answers(checks, base, dialect, model)
        refusals(checks, base)
        repeated(checks, base, origin)
        leaving(checks, base, origin)
    return [checks]
