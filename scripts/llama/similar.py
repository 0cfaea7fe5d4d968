"""Checks of `similar`: answers of the real model, graded through an endpoint of embeddings."""

import json
import pathlib

from checks import equal

import embeddings

QUESTIONS = {
    "What is the capital of France? Answer in one sentence.": "The capital of France is Paris.",
    "Why do people drink water? Answer in one sentence.": "People drink water to stay hydrated.",
    "What does a baker do? Answer in one sentence.": "A baker makes bread and cakes.",
}
ELSEWHERE = "The spare bicycle tyre is on the second shelf of the garage."
THRESHOLD = 0.5


def rows():
    """Each question with a text that fits, with one that does not, and with both."""
    for number, (question, fitting) in enumerate(QUESTIONS.items()):
        for name, kind, value in [
            ("fits", "similar", fitting), ("off", "similar", ELSEWHERE), ("either", "similar", [ELSEWHERE, fitting]),
            ("not", "not-similar", ELSEWHERE),
        ]:
            yield {
                "id": f"{name}-{number}", "task": "general", "input": question, "params": {"temperature": 0, "max_tokens": 60},
                "assert": [{"type": kind, "value": value, "threshold": THRESHOLD}],
            }


def check(checks, program, arm, folder):
    def graded():
        model = embeddings.MiniLM()
        server = embeddings.Server(model)
        place = pathlib.Path(folder)
        data, config = place / "similar.jsonl", place / "similar.yaml"
        cases = {row["id"]: row for row in rows()}
        data.write_text("".join(json.dumps(row) + "\n" for row in cases.values()))
        config.write_text(
            f"providers:\n  - {{ name: minilm, base_url: '{server.address}/v1', auth: none, locality: local, "
            f"models: [{embeddings.NAME}] }}\nembeddings: minilm/{embeddings.NAME}\n")
        database = ["--db", str(place / "similar.sqlite")]
        try:
            code, _, error = program.run(
                "run", str(data), "--models", arm, "--config", str(config), "--out", str(place / "reports"), *database,
                limit=900)
        finally:
            server.stop()
        assert code in (0, 3), f"exit code {code}: {error[-2_000:]}"
        trials = program.trials("latest", *database)
        equal(len(trials), len(cases))
        for trial in trials:
            answer, [verdict] = trial["call"]["answer"], trial["verdicts"]
            expected = cases[trial["case_id"]]["assert"][0]
            texts = expected["value"] if isinstance(expected["value"], list) else [expected["value"]]
            likeness = max(model.similarity(answer, text) for text in texts)
            print(f"     {trial['case_id']}: {likeness:.3f}, {verdict['result']}: {answer!r}")
            if expected["type"] == "similar":
                assert abs(verdict["score"] - max(0, likeness)) < 1e-3, (verdict, likeness)
            holds = (likeness >= THRESHOLD) == (expected["type"] == "similar")
            equal((trial["case_id"], verdict["result"]), (trial["case_id"], "passed" if holds else "failed"))
            equal((trial["cost_usd"], trial["judge_cost_usd"]), ("0", "0"))
        wanted = {"fits": True, "off": False, "either": True, "not": True}
        equal(
            {(t["case_id"], t["passed"]) for t in trials}, {(name, wanted[name.split("-")[0]]) for name in cases})

    checks.check("`similar`, by all-MiniLM-L6-v2", graded)
