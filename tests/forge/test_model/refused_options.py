"""Requests whose tools, caching, thinking or effort break a rule, and the reason."""

from tests.forge.test_model.requests import (
    FABLE,
    MARK,
    OPUS,
    SONNET,
    TOOL,
    Json,
    assistant,
    request,
    result,
    schema,
    talk,
    text,
    tool,
    use,
    user,
)

OPTIONS: dict[str, tuple[Json, str]] = {
    "two tools of one name": (request(tools=[TOOL, TOOL]), "Tool names must be unique"),
    "a tool with a bad name": (request(tools=tool(name="a b")), "tools.0.name"),
    "a tool with a long name": (request(tools=tool(name="a" * 129)), "tools.0.name"),
    "a tool without a schema": (request(tools=tool(input_schema=None)), "input_schema"),
    "a schema without a type": (request(tools=schema({})), "input_schema.type: Field required"),
    "a schema of an array": (request(tools=schema({"type": "array"})), "should be 'object'"),
    "a schema with an unknown type": (
        request(tools=schema({"type": "object", "properties": {"a": {"type": "text"}}})),
        "JSON schema is invalid",
    ),
    "a schema whose properties are a list": (
        request(tools=schema({"type": "object", "properties": []})),
        "JSON schema is invalid",
    ),
    "a schema with required as text": (
        request(tools=schema({"type": "object", "required": "path"})),
        "JSON schema is invalid",
    ),
    "a schema with an empty anyOf": (
        request(tools=schema({"type": "object", "properties": {"a": {"anyOf": []}}})),
        "JSON schema is invalid",
    ),
    "five cache breakpoints": (
        request(
            system=[text("s", cache_control=MARK)] * 2,
            tools=tool(cache_control=MARK),
            messages=[user(*[text("a", cache_control=MARK)] * 2)],
        ),
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ),
    "four breakpoints and a top-level one": (
        request(system=[text("s", cache_control=MARK)] * 4, cache_control=MARK),
        "Found 5",
    ),
    "an unknown cache kind": (
        request(system=[text("s", cache_control={"type": "persistent"})]),
        "system.0.cache_control.type",
    ),
    "tool_choice without tools": (
        request(tools=None, tool_choice={"type": "auto"}),
        "may only be specified while providing `tools`",
    ),
    "tool_choice of an unknown tool": (
        request(tool_choice={"type": "tool", "name": "nope"}),
        "Tool 'nope' not found",
    ),
    "tool_choice without its name": (
        request(tool_choice={"type": "tool"}),
        "tool_choice.tool.name: Field required",
    ),
    "forced tools while thinking": (
        request(tool_choice={"type": "any"}, model=SONNET, thinking={"type": "adaptive"}),
        "Thinking may not be enabled when tool_choice forces tool use",
    ),
    "forced tools on opus": (
        request(tool_choice={"type": "any"}, model=OPUS),
        'tool_choice: "any" is not supported',
    ),
    "a named tool on fable": (
        request(tool_choice={"type": "tool", "name": "view"}, model=FABLE),
        'tool_choice: "tool" is not supported',
    ),
    "thinking disabled on opus": (
        request(model=OPUS, thinking={"type": "disabled"}),
        'thinking.type: "disabled" is not supported',
    ),
    "thinking disabled on fable": (
        request(model=FABLE, thinking={"type": "disabled"}),
        'thinking.type: "disabled" is not supported',
    ),
    "thinking between tools on opus": (
        request(model=OPUS, thinking={"type": "between_tools"}),
        "is not supported",
    ),
    "a tiny thinking budget": (
        request(thinking={"type": "enabled", "budget_tokens": 100}, max_tokens=9000),
        "greater than or equal to 1024",
    ),
    "a thinking budget above max_tokens": (
        request(thinking={"type": "enabled", "budget_tokens": 2000}, max_tokens=2000),
        "`max_tokens` must be greater than `thinking.budget_tokens`",
    ),
    "an enabled budget without its size": (
        request(thinking={"type": "enabled"}),
        "budget_tokens: Field required",
    ),
    "an unknown effort": (request(output_config={"effort": "huge"}), "output_config.effort"),
    "a made-up thinking block": (
        talk(
            assistant({"type": "thinking", "thinking": "x", "signature": "y"}, use()),
            user(result()),
            model=OPUS,
        ),
        "messages.1.content.0: Invalid `signature` in `thinking` block",
    ),
    "a tool call on opus without its thinking": (
        talk(assistant(use()), user(result()), model=OPUS),
        "Expected `thinking` or `redacted_thinking`, but found `tool_use`",
    ),
    "a cache mark on thinking": (
        talk(
            assistant(
                {"type": "thinking", "thinking": "x", "signature": "y", "cache_control": MARK}
            ),
            user(text("b")),
        ),
        "cache_control: Extra inputs are not permitted",
    ),
}
