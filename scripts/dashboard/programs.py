"""The programs under test, as child processes, and the requests that make load."""

import concurrent.futures
import contextlib
import json
import os
import signal
import subprocess
import urllib.error
import urllib.request


def environment(folder, more=()):
    """Without the user's keys, proxies and files."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TZ", "SWIFT_BACKTRACE")}
    return {**kept, "HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder, **dict(more)}


class Program:
    """A child process that says where it listens."""

    def __init__(self, arguments, folder, more=(), lines=1):
        self.process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder, env=environment(folder, more))
        self.lines = [self.process.stdout.readline().strip() for _ in range(lines)]
        if "http" not in self.lines[0]:
            self.stop()
            raise SystemExit(f"{arguments[1]} did not start: {self.lines[0]!r}")
        self.address = self.lines[0][self.lines[0].index("http"):]

    def stop(self, wait=30):
        """The exit code; an error when it takes longer than it may."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(wait)
        finally:
            if self.process.poll() is None:
                self.process.kill()


@contextlib.contextmanager
def program(*arguments, **options):
    started = Program(*arguments, **options)
    try:
        yield started
    finally:
        started.stop()


def simulator(binary, folder, scenario):
    path = os.path.join(folder, "scenario.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(scenario)
    return program([binary, "simulate", "--scenario", path, "--time-scale", "0.01"], folder, lines=13)


def variables(simulated):
    """What its lines export."""
    return [line.removeprefix("export ").split("=", 1) for line in simulated.lines if line.startswith("export ")]


def send(address, path, body=None, headers=()):
    """Status, headers and text of one request."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"content-type": "application/json", **dict(headers)})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def chat(address, text, model="auto", headers=(), stream=False):
    body = {"model": model, "messages": [{"role": "user", "content": text}], "stream": stream}
    return send(address, "/v1/chat/completions", body, headers)


def load(address, number, models=("auto",), tasks=("general",)):
    """Requests from eight clients at once."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(
                chat, address, f"prompt {place}", models[place % len(models)], {"x-dirgen-task": tasks[place % len(tasks)]}, place % 3 == 0)
            for place in range(number)
        ]
        return [job.result()[0] for job in jobs]
