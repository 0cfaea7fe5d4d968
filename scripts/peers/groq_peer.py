"""The Groq SDK against /groq."""

import groq

from checks import TOOL_SCHEMA, Checks, equal, positive

MODEL = "openai/gpt-oss-20b"


def run(origin):
    checks = Checks("groq")

    def make(key):
        return groq.Groq(base_url=origin + "/groq", api_key=key, max_retries=0)

    client = make("any-key")

    def ask(key_client=client, **more):
        arguments = {"model": MODEL, "messages": [{"role": "user", "content": "Say something about queues."}]} | more
        return key_client.chat.completions.create(**arguments)

    def whole():
        answer = ask(max_completion_tokens=2000)
        assert answer.choices[0].message.content
        assert answer.choices[0].message.reasoning
        positive(answer.usage.prompt_tokens, answer.usage.completion_tokens)
        assert answer.usage.queue_time >= 0
        equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens)

    def streamed(key_client=client):
        text, usage, finish = "", None, None
        for chunk in ask(key_client, stream=True):
            if chunk.x_groq and chunk.x_groq.usage:
                usage = chunk.x_groq.usage
            for choice in chunk.choices:
                text += choice.delta.content or ""
                finish = choice.finish_reason or finish
        assert text
        equal(finish, "stop")
        positive(usage.completion_tokens)

    def tools():
        tool = {"type": "function", "function": {"name": "lookup", "parameters": TOOL_SCHEMA}}
        answer = ask(tools=[tool], tool_choice="required")
        equal(answer.choices[0].message.tool_calls[0].function.name, "lookup")

    checks.check("text and usage", whole)
    checks.check("a stream with usage in x_groq", streamed)
    checks.check("a tool call", tools)
    checks.check("an output limit", lambda: equal(ask(max_completion_tokens=1).choices[0].finish_reason, "length"))
    checks.check("the list of models", lambda: equal(len(client.models.list().data), 2))
    checks.raises("400", groq.BadRequestError, lambda: ask(logprobs=True), 400)
    checks.raises("a wrong key", groq.AuthenticationError, lambda: ask(make("wrong-key")), 401)
    checks.raises("an unknown model", groq.NotFoundError, lambda: ask(model="no-such-model"), 404)
    checks.raises("429", groq.RateLimitError, lambda: ask(make("key-429")), 429)
    checks.raises("500", groq.InternalServerError, lambda: ask(make("key-500")), 500)
    checks.raises("an error inside a stream", groq.APIError, lambda: streamed(make("key-in-band")))
    checks.raises("a connection that breaks", Exception, lambda: streamed(make("key-cut")))
    return [checks]
