"""Our three dialects against LiteLLM's proxy, which answers from the simulator in protocols that nobody here wrote."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.request

from checks import Checks, equal, positive

KEY = "sk-proxy"
BACKENDS = ("openai-chat", "anthropic-chat", "gemini-chat")
PROMPT = "Say something about queues."


class Proxy:
    """LiteLLM on loopback, over the simulator at `origin`."""

    def __init__(self, program, origin, log):
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        environment = os.environ | {
            # Prices come with the package: nothing is fetched.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "SIM_OPENAI": origin + "/openai/v1", "SIM_ANTHROPIC": origin + "/anthropic", "SIM_GEMINI": origin + "/gemini/v1beta",
        }
        command = [program, "--config", str(pathlib.Path(__file__).parent / "litellm.yaml"), "--host", "127.0.0.1", "--port", str(port)]
        self.output = open(log, "wb")
        self.process = subprocess.Popen(command, env=environment, stdout=self.output, stderr=subprocess.STDOUT)

    def wait(self, limit=150):
        end = time.monotonic() + limit
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.address + "/health/liveliness", timeout=2).read()
                return
            except OSError:
                time.sleep(0.3)
        raise RuntimeError("LiteLLM did not start:\n" + pathlib.Path(self.log).read_text(errors="replace")[-2_000:])

    def stop(self):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=20)
        self.process.kill()
        self.output.close()


class Client:
    """`dirgen-bench ask` with one dialect's provider at the proxy."""

    def __init__(self, binary, home, address, dialect):
        self.binary, self.home, self.dialect = os.path.abspath(binary), home, dialect
        name = dialect.upper()
        base = address + "/v1" if dialect == "openai" else address
        self.environment = {
            "HOME": home, "PATH": os.environ["PATH"], "NO_PROXY": "*", f"{name}_BASE_URL": base, f"{name}_API_KEY": KEY,
        }
        if "LD_LIBRARY_PATH" in os.environ:
            self.environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

    def ask(self, model, *options, key=None):
        """The texts that came one by one, and the attempt."""
        name = f"{self.dialect.upper()}_API_KEY"
        environment = self.environment | ({name: key} if key else {})
        command = [self.binary, "ask", "--json", "--no-fallback", "--max-tokens", "400", "--model", f"{self.dialect}/{model}"]
        # A database each: what one check taught (a dead key, an open breaker) must not keep the next from being sent.
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [*command, "--db", f"{folder}/dirgen.sqlite", *options, PROMPT], env=environment, cwd=self.home,
                capture_output=True, text=True, timeout=60)
        assert done.stdout, f"exit code {done.returncode}: {done.stderr}"
        if "--stream" not in options:
            record = json.loads(done.stdout)
            return [record["text"]], record["attempts"][-1]
        events = [json.loads(line) for line in done.stdout.splitlines()]
        equal(events[-1]["type"], "ended")
        texts = [event["text"] for event in events if event["type"] == "text"]
        return texts, events[-1]["call"]["attempts"][-1]


def dialect_checks(client):
    checks = Checks(f"litellm, {client.dialect}")

    def answered(model, option):
        texts, attempt = client.ask(model, option)
        equal((attempt["outcome"], attempt["status"], attempt["finish"]), ("ok", 200, "stop"))
        assert "".join(texts).strip(), "no text"
        found = (attempt["input_tokens"], attempt["output_tokens"])
        # LiteLLM writes zeros into the streams it translates for clients of Gemini: that is unknown, not nothing.
        if (client.dialect, option, found) != ("gemini", "--stream", (None, None)):
            positive(*found)
        if option == "--stream":
            assert len(texts) > 1, "the stream came in one piece"
            assert 0 < attempt["ttft_ms"] <= attempt["e2e_ms"], attempt

    def failed(model, outcomes, *options, key=None):
        _, attempt = client.ask(model, *options, key=key)
        assert attempt["outcome"] in outcomes, f"found {attempt['outcome']} ({attempt['status']}: {attempt['message']})"
        assert KEY not in json.dumps(attempt), "the key is shown"

    for backend in BACKENDS:
        for option, words in (("--unary", "in one piece"), ("--stream", "as a stream")):
            checks.check(f"{backend} {words}", lambda: answered(backend, option))
    for option in ("--unary", "--stream"):
        words = option[2:]
        checks.check(f"429, {words}", lambda: failed("key-429", {"rate_limited"}, option))
        checks.check(f"500, {words}", lambda: failed("key-500", {"server_error"}, option))
        checks.check(f"a key its provider refuses, {words}", lambda: failed("wrong-key", {"auth"}, option))
        # Without a database it answers 400 to a key that is not its own.
        checks.check(f"a key it refuses itself, {words}", lambda: failed("openai-chat", {"bad_request"}, option, key="sk-other"))
        checks.check(f"an unknown model, {words}", lambda: failed("no-such-model", {"model_not_found"}, option))
    broken = {"server_error", "overloaded", "stream_truncated", "conn_reset", "malformed_sse", "bad_request"}
    checks.check("an error inside a stream is no answer", lambda: failed("key-in-band", broken, "--stream"))
    checks.check("a connection that breaks is no answer", lambda: failed("key-cut", broken, "--stream"))
    return checks


def run(origin, binary, program):
    with tempfile.TemporaryDirectory() as home:
        proxy = Proxy(program, origin, os.path.join(home, "litellm.log"))
        try:
            proxy.wait()
            return [dialect_checks(Client(binary, home, proxy.address, dialect)) for dialect in ("openai", "anthropic", "gemini")]
        finally:
            proxy.stop()
