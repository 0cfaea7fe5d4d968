"""A real Prometheus over a loaded server: exposition, rules, dashboard. See scripts/test-prometheus."""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from decimal import Decimal
from pathlib import Path

from load import Load

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "Sources/LLMServer/Resources"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


class Checks:
    """Counts what holds and what does not, and says so at once."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def expect(self, holds, what, detail=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}{': ' if detail else ''}{detail}", flush=True)


def fetch(url, accept="*/*", key=None):
    headers = {"accept": accept}
    if key:
        headers["authorization"] = f"Bearer {key}"
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:
        return response.headers.get("content-type", ""), response.read().decode()


def samples(text):
    """`name{labels}` to its exact value."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[name] = Decimal(value) if value not in ("NaN", "+Inf", "-Inf") else value
    return found


def total(found, prefix, among=""):
    return sum((v for k, v in found.items() if k.split("{")[0] == prefix and re.search(among, k)), Decimal(0))


def check_exposition(checks, arguments):
    kind, text = fetch(f"{arguments.address}/metrics", key=arguments.key)
    checks.expect(kind.startswith("text/plain; version=0.0.4"), "content type of the text", kind)
    result = subprocess.run(
        [arguments.tools / "promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    checks.expect(
        result.returncode == 0 and not result.stderr.strip(), "promtool check metrics", result.stdout + result.stderr)
    kind, text = fetch(f"{arguments.address}/metrics", OPEN_METRICS, arguments.key)
    checks.expect(kind.startswith("application/openmetrics-text; version=1.0.0"), "content type of OpenMetrics", kind)
    checks.expect(text.endswith("# EOF\n"), "OpenMetrics ends")


def check_counts(checks, before, after, load):
    """The server's own count of the requests that were sent, and parts that add up to their whole."""
    name, chat = "dirgen_server_requests_total", r'dialect="(openai|anthropic)"'
    counted = total(after, name, chat) - total(before, name, chat)
    checks.expect(counted == load.sent, "every request is counted", f"{counted} counted, {load.sent} sent")
    parts, whole = total(after, "dirgen_overhead_seconds_sum"), total(after, "dirgen_request_overhead_seconds_sum")
    checks.expect(parts == whole > 0, "the parts of the overhead add up", f"{parts} of {whole}")
    checks.expect(total(after, "dirgen_metrics_series_dropped_total") == 0, "no metric without a series of its own")


class Prometheus:
    """The real one, scraping the server each second, with our rules."""

    def __init__(self, arguments):
        host = urllib.parse.urlsplit(arguments.address).netloc
        configuration = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(RESOURCES / "alerts.yaml")],
            "scrape_configs": [{"job_name": "dirgen", "static_configs": [{"targets": [host]}]}],
        }
        if arguments.key:
            configuration["scrape_configs"][0]["authorization"] = {"credentials": arguments.key}
        # JSON is YAML.
        file = arguments.folder / "prometheus.yml"
        file.write_text(json.dumps(configuration))
        self.address = f"http://127.0.0.1:{arguments.port}"
        self.log = open(arguments.folder / "prometheus.log", "w")
        self.process = subprocess.Popen(
            [arguments.tools / "prometheus", f"--config.file={file}", f"--storage.tsdb.path={arguments.folder}/tsdb",
             f"--web.listen-address=127.0.0.1:{arguments.port}"], stdout=self.log, stderr=self.log)

    def get(self, path, **query):
        url = f"{self.address}{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def wait(self):
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{self.address}/-/ready", timeout=1)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("prometheus did not start; see its log")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def operands(expression):
    """What an alert compares, without the comparison: it returns data while all is well, too."""
    absent = re.fullmatch(r"absent\((.*)\)", expression.strip(), re.S)
    if absent:
        return [absent.group(1)]
    parts = re.split(r"\s+and\s+(?![^(]*\))", expression)
    return [re.sub(r"\s*(==|!=|>=|<=|>|<)\s*[-+0-9.e]+\s*$", "", part.strip()) for part in parts]


def check_queries(checks, prometheus):
    targets = prometheus.get("/api/v1/targets")["data"]["activeTargets"]
    for target in targets:
        checks.expect(target["health"] == "up", "Prometheus scrapes the server", target.get("lastError", ""))
    queries = []
    for group in prometheus.get("/api/v1/rules")["data"]["groups"]:
        for rule in group["rules"]:
            checks.expect(rule["health"] == "ok", f"alert {rule['name']} is evaluated", rule.get("lastError", ""))
            queries += [(f"alert {rule['name']}", operand) for operand in operands(rule["query"])]
    dashboard = json.loads((RESOURCES / "grafana-dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            queries.append((f"panel {panel['title']}", target["expr"]))
    checks.expect(len(queries) >= 50, "all queries are run", str(len(queries)))
    for name, query in queries:
        query = query.replace("$__rate_interval", "1m").replace("$provider", ".*")
        answer = prometheus.get("/api/v1/query", query=query)
        result = answer.get("data", {}).get("result", [])
        checks.expect(answer["status"] == "success" and result, name, f"{answer.get('error', 'no data')}: {query}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=19_090)
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    arguments.address = arguments.address.rstrip("/")
    # Not an argument: others could read it there.
    arguments.key = os.environ.get("KEY")
    checks = Checks()
    rules = subprocess.run(
        [arguments.tools / "promtool", "check", "rules", RESOURCES / "alerts.yaml"], capture_output=True, text=True, timeout=60)
    checks.expect(rules.returncode == 0, "promtool check rules", rules.stdout + rules.stderr)
    prometheus = Prometheus(arguments)
    try:
        prometheus.wait()
        before = samples(fetch(f"{arguments.address}/metrics", key=arguments.key)[1])
        load = Load(arguments.address, arguments.key)
        load.run(arguments.seconds)
        print(f"{load.sent} requests: {load.statuses}", flush=True)
        checks.expect(load.statuses.get(200, 0) > 0, "the server answers under load", str(load.statuses))
        # Whatever was under way is counted, and scraped.
        time.sleep(4)
        check_exposition(checks, arguments)
        check_counts(checks, before, samples(fetch(f"{arguments.address}/metrics", key=arguments.key)[1]), load)
        check_queries(checks, prometheus)
    finally:
        prometheus.stop()
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
