"""Starts the simulator and our gateway over it, and lets the frameworks loose on it."""

import os
import pathlib
import sys
import tempfile

from servers import gateway, simulator


def main(binary):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        os.environ.pop(name, None)
    # Nothing is fetched, traced or told to anybody, and no settings or keys of the user's are read.
    os.environ.update(
        LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_TELEMETRY="False", LANGSMITH_TRACING="false", OPENAI_API_KEY="any",
        ANTHROPIC_API_KEY="any", GEMINI_API_KEY="any")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, LLM_USER_PATH=folder)
        import frameworks_peer

        with simulator(binary, str(pathlib.Path(__file__).parent / "scenario.yaml")) as origin, gateway(origin, binary) as base:
            checks = frameworks_peer.run(origin, base, folder)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
