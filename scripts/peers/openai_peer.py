"""The OpenAI SDK against /openai, and against the two it is used for too: /xai and /local."""

import openai

from checks import TOOL_SCHEMA, Checks, equal, positive

TOOL = {"type": "function", "function": {"name": "lookup", "description": "Finds a city.", "parameters": TOOL_SCHEMA}}


def ask(client, model, prompt="Say something about queues.", **more):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}], **more)


def stream(client, model, **more):
    """Text, finish reason and usage of a stream."""
    text, finish, usage = "", None, None
    options = {"include_usage": True}
    for chunk in ask(client, model, stream=True, stream_options=options, **more):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            finish = choice.finish_reason or finish
    return text, finish, usage


def chat(checks, make, model, reasoning_outside=False):
    client = make("any-key")

    def whole():
        answer = ask(client, model, max_completion_tokens=2000)
        assert answer.choices[0].message.content
        equal(answer.choices[0].finish_reason, "stop")
        equal(answer.model, model)
        sums(answer.usage)

    def sums(usage):
        positive(usage.prompt_tokens, usage.completion_tokens)
        details = usage.completion_tokens_details
        outside = details.reasoning_tokens if reasoning_outside else 0
        equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens + outside)

    def streamed():
        text, finish, usage = stream(client, model)
        assert text
        equal(finish, "stop")
        sums(usage)

    def unasked():
        assert all(chunk.usage is None for chunk in ask(client, model, stream=True))

    def limited():
        equal(ask(client, model, max_completion_tokens=1).choices[0].finish_reason, "length")

    def tools():
        choice = {"type": "function", "function": {"name": "lookup"}}
        answer = ask(client, model, tools=[TOOL], tool_choice=choice)
        call = answer.choices[0].message.tool_calls[0]
        equal(call.function.name, "lookup")
        assert "city" in call.function.arguments
        equal(answer.choices[0].finish_reason, "tool_calls")

    checks.check("text and usage", whole)
    checks.check("a stream with usage", streamed)
    checks.check("no usage in a stream that did not ask", unasked)
    checks.check("an output limit", limited)
    checks.check("a tool call", tools)
    checks.check("the list of models", lambda: positive(len(client.models.list().data)))


def responses(checks, make, model):
    client = make("any-key")

    def whole():
        answer = client.responses.create(model=model, input="Say something about caches.")
        assert answer.output_text
        equal(answer.status, "completed")
        positive(answer.usage.input_tokens, answer.usage.output_tokens)
        equal(answer.usage.total_tokens, answer.usage.input_tokens + answer.usage.output_tokens)

    def streamed():
        text, last = "", None
        for event in client.responses.create(model=model, input="Say something about caches.", stream=True):
            if event.type == "response.output_text.delta":
                text += event.delta
            last = event
        equal(last.type, "response.completed")
        equal(last.response.output_text, text)
        positive(last.response.usage.output_tokens)

    def helper():
        with client.responses.stream(model=model, input="Say something about caches.") as events:
            for _ in events:
                pass
            assert events.get_final_response().output_text

    checks.check("responses: text and usage", whole)
    checks.check("responses: a stream", streamed)
    checks.check("responses: the stream helper", helper)


def errors(checks, make, model, wrong_key, wrong_status, unknown, unknown_status):
    good = make("any-key")
    checks.raises("400", openai.BadRequestError, lambda: ask(good, model, temperature=9), 400)
    checks.raises("a wrong key", wrong_key, lambda: ask(make("wrong-key"), model), wrong_status)
    checks.raises("an unknown model", unknown, lambda: ask(good, "no-such-model"), unknown_status)
    checks.raises("429", openai.RateLimitError, lambda: ask(make("key-429"), model), 429)
    checks.raises("500", openai.InternalServerError, lambda: ask(make("key-500"), model), 500)
    checks.raises("an error inside a stream", openai.APIError, lambda: stream(make("key-in-band"), model))
    checks.raises("a connection that breaks", Exception, lambda: stream(make("key-cut"), model))


def run(origin):
    def maker(path):
        return lambda key: openai.OpenAI(base_url=origin + path, api_key=key, max_retries=0)

    checks = Checks("openai")
    make = maker("/openai/v1")
    chat(checks, make, "gpt-6-luna")
    responses(checks, make, "gpt-6.1-sol")
    errors(checks, make, "gpt-6-luna", openai.AuthenticationError, 401, openai.NotFoundError, 404)
    checks.raises(
        "responses: an unknown model is 400", openai.BadRequestError,
        lambda: make("k").responses.create(model="no-such-model", input="x"), 400)

    xai = Checks("openai at /xai")
    make_xai = maker("/xai/v1")
    chat(xai, make_xai, "grok-4.3", reasoning_outside=True)
    responses(xai, make_xai, "grok-4.7")
    errors(xai, make_xai, "grok-4.3", openai.BadRequestError, 400, openai.BadRequestError, 400)

    local = Checks("openai at /local")
    make_local = maker("/local/engines/v1")
    chat(local, make_local, "ai/smollm3")
    client = make_local("unused")
    local.raises("400", openai.BadRequestError, lambda: ask(client, "ai/smollm3", temperature=9), 400)
    local.raises("an unknown model", openai.NotFoundError, lambda: ask(client, "ai/no-such-model"), 404)
    local.raises("429", openai.RateLimitError, lambda: ask(client, "ai/smollm3", "please-429"), 429)
    local.raises("500", openai.InternalServerError, lambda: ask(client, "ai/smollm3", "please-500"), 500)
    return [checks, xai, local]
