"""Starts the simulator and lets every SDK loose on it, then on our gateway over it, then our own client on LiteLLM in front of it."""

import os
import pathlib
import subprocess
import sys

import anthropic_peer
import gateway_peer
import gemini_peer
import groq_peer
import litellm_peer
import openai_peer


def main(binary, litellm):
    here = pathlib.Path(__file__).parent
    command = [binary, "simulate", "--scenario", str(here / "scenario.yaml"), "--time-scale", "0.01"]
    # No proxy stands between us and this machine, and no key of the user's is read.
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        os.environ.pop(name, None)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as simulator:
        try:
            first = simulator.stdout.readline()
            if " on http" not in first:
                sys.exit(f"the simulator did not start: {first!r}")
            origin = first.split(" on ")[1].strip()
            results = [checks for peer in (openai_peer, anthropic_peer, gemini_peer, groq_peer) for checks in peer.run(origin)]
            results += gateway_peer.run(origin, binary)
            results += litellm_peer.run(origin, binary, litellm)
        finally:
            simulator.terminate()
    passed = sum(checks.passed for checks in results)
    failed = sum(checks.failed for checks in results)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
