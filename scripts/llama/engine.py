"""The engine's server on loopback, and what its log says."""

import contextlib
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request

EVALUATION = re.compile(r"eval time =\s*([\d.]+) ms /\s*(\d+) runs")
TOTAL = re.compile(r"total time =\s*([\d.]+) ms /\s*(\d+) tokens")
PROMPT = re.compile(r"prompt eval time =\s*([\d.]+) ms /\s*(\d+) tokens")


class Engine:
    def __init__(self, model, log, context, alias):
        self.log = log
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        command = [
            sys.executable, "-m", "llama_cpp.server", "--model", model, "--model_alias", alias, "--n_ctx", str(context),
            "--n_threads", "1", "--n_threads_batch", "1", "--verbose", "True", "--host", "127.0.0.1", "--port", str(self.port),
        ]
        self.output = open(log, "wb")
        self.process = subprocess.Popen(command, stdout=self.output, stderr=subprocess.STDOUT)

    def wait(self, limit=120):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.address + "/v1/models", timeout=2).read()
                return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("the engine did not start:\n" + self.text()[-2_000:])

    def text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def count(self, text):
        """Tokens of a text, less those that the tokenizer adds to every text."""

        def count(text):
            request = urllib.request.Request(
                self.address + "/extras/tokenize/count", json.dumps({"input": text}).encode(),
                {"content-type": "application/json"})
            return json.load(urllib.request.urlopen(request, timeout=30))["count"]

        return count(text) - count("")

    def timings(self):
        """Of each request that ran to its end: evaluations after the prompt, their time, and all time after the prompt, in ms."""
        text = self.text()
        rows = []
        # Python's own work between two evaluations is in the total alone.
        found = zip(PROMPT.finditer(text), EVALUATION.finditer(re.sub("prompt eval", "prompt", text)), TOTAL.finditer(text))
        for prompt, evaluation, total in found:
            rows.append((int(evaluation[2]), float(evaluation[1]), float(total[1]) - float(prompt[1])))
        return rows

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.output.close()
