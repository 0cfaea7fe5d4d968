"""Starts the simulator and lets every SDK loose on it, then on our gateway over it, then our own client on LiteLLM in front of it."""

import os
import pathlib
import sys

import anthropic_peer
import curl_peer
import gateway_peer
import gemini_peer
import groq_peer
import litellm_peer
import openai_peer
from servers import simulator


def main(binary, litellm):
    # No key of the user's is read, and no proxy used.
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        os.environ.pop(name, None)
    with simulator(binary, str(pathlib.Path(__file__).parent / "scenario.yaml")) as origin:
        results = [checks for peer in (openai_peer, anthropic_peer, gemini_peer, groq_peer) for checks in peer.run(origin)]
        results += gateway_peer.run(origin, binary)
        results += curl_peer.run(origin, binary)
        results += litellm_peer.run(origin, binary, litellm)
    passed = sum(checks.passed for checks in results)
    failed = sum(checks.failed for checks in results)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
