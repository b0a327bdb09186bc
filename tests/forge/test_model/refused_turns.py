"""Requests whose fields, turns or blocks break a rule, and the reason that is given."""

from tests.forge.test_model.requests import Json, assistant, request, result, talk, text, use, user

TURNS: dict[str, tuple[Json, str]] = {
    "no model": (request(model=None), "model: Field required"),
    "no max_tokens": (request(max_tokens=None), "max_tokens: Field required"),
    "no messages": (request(messages=None), "messages: Field required"),
    "max_tokens of zero": (request(max_tokens=0), "max_tokens: "),
    "max_tokens as text": (request(max_tokens="9"), "max_tokens: "),
    "max_tokens above the model's": (request(max_tokens=128_001), "128001 > 128000"),
    "temperature": (request(temperature=0.5), "temperature: Extra inputs are not permitted"),
    "top_p": (request(top_p=0.5), "top_p: Extra inputs are not permitted"),
    "top_k": (request(top_k=5), "top_k: Extra inputs are not permitted"),
    "an unknown field": (request(wat=1), "wat: Extra inputs are not permitted"),
    "stream as text": (request(stream="yes"), "stream: "),
    "empty messages": (request(messages=[]), "at least one message is required"),
    "assistant first": (
        request(messages=[assistant(text("a")), user(text("b"))]),
        'first message must use the "user" role',
    ),
    "a system role": (request(messages=[{"role": "system", "content": "x"}]), "messages.0.role"),
    "two user turns in a row": (talk(user(text("again"))), "roles must alternate"),
    "a prefilled answer": (talk(assistant(text("So"))), "assistant message prefill"),
    "empty content": (request(messages=[user()]), "must have non-empty content"),
    "empty assistant content": (talk(assistant(), user(text("b"))), "non-empty content"),
    "an empty string": (
        request(messages=[{"role": "user", "content": ""}]),
        "text content blocks must be non-empty",
    ),
    "an empty text block": (request(messages=[user(text(""))]), "must be non-empty"),
    "a blank text block": (request(messages=[user(text(" \n"))]), "non-whitespace"),
    "an empty system block": (request(system=[text("")]), "system: text content blocks"),
    "an unknown block": (request(messages=[user({"type": "wat"})]), "messages.0.content.0"),
    "an unknown field in a block": (
        request(messages=[user(text("a", colour="red"))]),
        "messages.0.content.0.text.colour: Extra inputs are not permitted",
    ),
    "a tool_use without id": (
        talk(assistant({"type": "tool_use", "name": "view", "input": {}}), user(result())),
        "messages.1.content.0.tool_use.id: Field required",
    ),
    "a tool_use with an odd id": (talk(assistant(use("a b")), user(result("a b"))), "pattern"),
    "a tool_use by the user": (request(messages=[user(use())]), "`tool_use` blocks may only be"),
    "a tool_result by the assistant": (
        talk(assistant(result()), user(text("b"))),
        "`tool_result` blocks may only be in user messages",
    ),
    "an orphan tool_result": (
        request(messages=[user(result())]),
        "unexpected `tool_use_id` found in `tool_result` blocks: t1",
    ),
    "a tool_result with a wrong id": (
        talk(assistant(use("t1")), user(result("t2"))),
        "unexpected `tool_use_id`",
    ),
    "an unanswered tool_use": (
        talk(assistant(use("t1"), use("t2")), user(result("t1"))),
        "`tool_use` ids were found without `tool_result` blocks immediately after: t2",
    ),
    "a tool_use answered too late": (
        talk(assistant(use()), user(text("wait")), assistant(text("ok")), user(result())),
        "`tool_use` ids were found without `tool_result`",
    ),
    "a tool_use answered twice": (
        talk(assistant(use()), user(result(), result())),
        "must have a single result",
    ),
    "a tool_result after text": (
        talk(assistant(use()), user(text("here"), result())),
        "`tool_result` blocks must come first",
    ),
    "a repeated tool_use id": (
        talk(assistant(use()), user(result()), assistant(use()), user(result())),
        "`tool_use` ids must be unique",
    ),
    "tool_use without tools": (
        talk(assistant(use()), user(result()), tools=None),
        "must define tools",
    ),
    "an empty tool_result text": (
        talk(assistant(use()), user(result(content=[text("")]))),
        "must be non-empty",
    ),
}
