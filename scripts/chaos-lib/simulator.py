"""The simulator as a process of its own, and what it says it served."""

import json
import os
import subprocess
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
# Of an entry of the ledger, the part that books are compared by: a million whole ones would fill the memory.
KEPT = ("number", "request_id", "provider", "model", "key", "cost_usd", "fault", "outcome")


class Simulator:
    def __init__(self, program, folder, seed, scenario="scenario.yaml", time_scale=0.01):
        self.process = subprocess.Popen(
            [program, "simulate", "--scenario", os.path.join(HERE, scenario), "--time-scale", str(time_scale), "--seed", str(seed)],
            stdout=subprocess.PIPE, stderr=open(folder + "/simulator.err", "wb"), text=True, cwd=folder,
            env={**os.environ, "HOME": folder})
        first = self.process.stdout.readline()
        self.origin = first.rsplit(" ", 1)[1].strip()
        self.port = int(self.origin.rsplit(":", 1)[1])
        self.entries, self.dropped = [], 0

    def get(self, path):
        with urllib.request.urlopen(f"{self.origin}/_sim/{path}", timeout=30) as response:
            return json.load(response)

    def collect(self):
        """Reads on in the ledger, before its ring comes round."""
        last = self.entries[-1]["number"] if self.entries else 0
        page = self.get(f"ledger?after={last}&limit=10000000")
        new = page["entries"]
        if new and new[0]["number"] != last + 1:
            self.dropped += new[0]["number"] - last - 1
        self.entries += [{name: entry[name] for name in KEPT} for entry in new]

    def idle(self, patience=90):
        """Waits until nothing is in flight and only our own connection is left."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self.get("stats")["in_flight"] == 0 and self.connections() <= 1:
                self.collect()
                return True
            time.sleep(0.5)
        return False

    def connections(self):
        """Established connections to the simulator's port."""
        count = 0
        for line in open("/proc/net/tcp").readlines()[1:]:
            fields = line.split()
            if int(fields[1].rsplit(":", 1)[1], 16) == self.port and fields[3] == "01":
                count += 1
        return count

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
