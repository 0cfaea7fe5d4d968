"""What the two load studies share: a simulator in a process of its own, a dataset, and runs of dirgen-bench with their CPU time."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TOOL = HERE.parent / ".build" / "release" / "dirgen-bench"
KEY = "sk-load-study-0000000000000000"


class Simulator:
    """`dirgen-bench simulate` on a free port, for as long as the `with` block lasts."""

    def __enter__(self):
        command = [TOOL, "simulate", "--scenario", HERE / "load-models.yaml"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.origin, self.environment = None, {}
        for line in self.process.stdout:
            if found := re.search(r"simulating .* on (http://\S+)", line):
                self.origin = found[1]
            if found := re.match(r"export (\w+)=(\S+)", line):
                self.environment[found[1]] = found[2]
            if "OPENAI_BASE_URL" in self.environment and self.origin:
                return self
        raise SystemExit("the simulator did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Run:
    """One `dirgen-bench run`: wall and CPU seconds of that process alone, and the database it wrote."""

    def __init__(self, simulator, folder, models, cases, concurrency):
        folder = pathlib.Path(folder)
        folder.mkdir()
        dataset = folder / "cases.jsonl"
        with open(dataset, "w") as rows:
            for number in range(cases):
                row = {"id": f"case-{number:05}", "task": "general", "input": f"Question {number}: say something.",
                       "assert": [{"type": "icontains", "value": "one"}], "params": {"max_tokens": 256}}
                rows.write(json.dumps(row) + "\n")
        self.database = folder / "study.sqlite"
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "OPENAI_API_KEY": KEY,
                       "OPENAI_BASE_URL": simulator.environment["OPENAI_BASE_URL"]}
        command = [str(TOOL), "run", str(dataset), "--models", *(f"openai/{model}" for model in models),
                   "--concurrency", str(concurrency), "--yes", "--allow-unpriced",
                   "--db", str(self.database), "--out", str(folder / "reports"), "--format", "json"]
        began = time.monotonic()
        with open(folder / "output.txt", "w") as output:
            child = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=folder)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - began
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if child.returncode != 0:
            raise SystemExit(f"dirgen-bench ended with {child.returncode}:\n{(folder / 'output.txt').read_text()[-2000:]}")


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="dirgen-study-")


def require_tool():
    if not TOOL.exists():
        raise SystemExit("the release binary is missing: run scripts/build first")
