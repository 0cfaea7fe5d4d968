"""Runs our program against the engine."""

import json
import os
import signal
import subprocess
import time


class Program:
    """`dirgen-bench` with an empty home and one local server."""

    def __init__(self, binary, home, address, model):
        self.binary = os.path.abspath(binary)
        self.home = home
        self.model = f"local/{model}"
        self.environment = {
            "HOME": home, "PATH": os.environ["PATH"], "DMR_BASE_URL": address, "LOCAL_MODEL": model, "NO_PROXY": "*",
        }
        if "LD_LIBRARY_PATH" in os.environ:
            self.environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

    def run(self, *arguments, limit=300, folder=None):
        """Exit code, standard output and standard error."""
        done = subprocess.run(
            [self.binary, *arguments], env=self.environment, cwd=folder or self.home, capture_output=True, text=True,
            timeout=limit)
        return done.returncode, done.stdout, done.stderr

    def start(self, *arguments):
        """A process of it, in the background."""
        return subprocess.Popen(
            [self.binary, *arguments], env=self.environment, cwd=self.home, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def trials(self, run="latest", *options):
        """A run's trials, in the order in which they were asked."""
        code, output, error = self.run("runs", "export", run, *options)
        assert code == 0, f"exit code {code}: {error[-2_000:]}"
        trials = [row for row in map(json.loads, output.splitlines()) if row.get("type") == "trial"]
        return sorted(trials, key=lambda trial: trial["call"]["started_at"])

    def ask(self, prompt, *options):
        """Exit code, and the record of the call."""
        code, output, error = self.run("ask", "--json", "--model", self.model, "--no-fallback", *options, prompt)
        assert output, f"exit code {code}: {error}"
        return code, json.loads(output)

    def stream(self, prompt, *options):
        """Exit code, the events in between, and the record."""
        code, output, error = self.run(
            "ask", "--json", "--stream", "--model", self.model, "--no-fallback", *options, prompt)
        events = [json.loads(line) for line in output.splitlines()]
        assert events and events[-1]["type"] == "ended", f"exit code {code}: {error}"
        return code, events[:-1], events[-1]["call"]

    def interrupt(self, prompt, *options):
        """Interrupts a stream at its first text; when that was, and the exit code."""
        arguments = ["ask", "--stream", "--model", self.model, "--no-fallback", *options, prompt]
        with subprocess.Popen(
            [self.binary, *arguments], env=self.environment, cwd=self.home, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, bufsize=0,
        ) as process:
            assert process.stdout.read(1), "no text came"
            process.send_signal(signal.SIGINT)
            left = time.monotonic()
            return left, process.wait(timeout=60)
