"""The Anthropic SDK against /anthropic."""

import anthropic

from checks import TOOL_SCHEMA, Checks, equal, positive

MODEL = "claude-haiku-5-5"
PROMPT = [{"role": "user", "content": "Say something about queues."}]


def ask(client, **more):
    arguments = {"model": MODEL, "max_tokens": 500, "messages": PROMPT} | more
    return client.messages.create(**arguments)


def run(origin):
    checks = Checks("anthropic")

    def make(key):
        return anthropic.Anthropic(base_url=origin + "/anthropic", api_key=key, max_retries=0)

    client = make("any-key")

    def whole():
        answer = ask(client, system="Be brief.")
        assert answer.content[0].text
        equal(answer.stop_reason, "end_turn")
        positive(answer.usage.input_tokens, answer.usage.output_tokens)

    def streamed():
        with client.messages.stream(model=MODEL, max_tokens=500, messages=PROMPT) as stream:
            text = "".join(stream.text_stream)
            final = stream.get_final_message()
        assert text
        equal(final.content[0].text, text)
        positive(final.usage.input_tokens, final.usage.output_tokens)

    def thinking():
        answer = ask(client, max_tokens=4000, thinking={"type": "enabled", "budget_tokens": 1024})
        equal([block.type for block in answer.content], ["thinking", "text"])
        assert answer.content[0].signature

    def tools():
        tool = {"name": "lookup", "description": "Finds a city.", "input_schema": TOOL_SCHEMA}
        answer = ask(client, tools=[tool], tool_choice={"type": "tool", "name": "lookup"})
        equal(answer.stop_reason, "tool_use")
        assert "city" in answer.content[0].input

    def raw(key):
        for _ in ask(make(key), stream=True):
            pass

    checks.check("text and usage", whole)
    checks.check("a stream with usage", streamed)
    checks.check("thinking", thinking)
    checks.check("a tool call", tools)
    checks.check("an output limit", lambda: equal(ask(client, max_tokens=2).stop_reason, "max_tokens"))
    checks.check(
        "token counts", lambda: positive(client.messages.count_tokens(model=MODEL, messages=PROMPT).input_tokens))
    checks.check("models, page by page", lambda: equal(len(list(client.models.list(limit=1))), 2))
    checks.raises("400", anthropic.BadRequestError, lambda: ask(client, extra_body={"temperature": 9}), 400)
    checks.raises("a wrong key", anthropic.AuthenticationError, lambda: ask(make("wrong-key")), 401)
    checks.raises("an unknown model", anthropic.NotFoundError, lambda: ask(client, model="no-such-model"), 404)
    checks.raises("429", anthropic.RateLimitError, lambda: ask(make("key-429")), 429)
    checks.raises("500", anthropic.InternalServerError, lambda: ask(make("key-500")), 500)
    checks.raises("an error inside a stream", anthropic.APIStatusError, lambda: raw("key-in-band"))
    checks.raises("a connection that breaks", Exception, lambda: raw("key-cut"))
    return [checks]
