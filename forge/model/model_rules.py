"""The rules of one model and its options: tools, thinking, and how long things may be."""

from forge.model.catalogue import (
    CONTEXT_TOKENS,
    MAX_OUTPUT_TOKENS,
    MODELS,
    ModelCard,
    ThinkingRule,
)
from forge.model.errors import ApiError, ErrorType, invalid
from forge.model.schema_rules import check_input_schema
from forge.model.thinking import check_present, check_signatures
from forge.model.tokens import count
from forge.model.wire import MessagesRequest, PromptRequest

MIN_THINKING_BUDGET = 1024


def card_of(model: str) -> ModelCard:
    """The model's card; 404 when there is no such model."""
    card = MODELS.get(model)
    if card is None:
        raise ApiError(ErrorType.NOT_FOUND, f"model: {model}")
    return card


def check_options(request: PromptRequest) -> None:
    """Raise 400 or 404 for the first rule about the model, its tools or its thinking."""
    card = card_of(request.model)
    _check_tools(request)
    _check_tool_choice(request, card)
    _check_thinking(request, card)
    check_signatures(request)
    if thinks(request):
        check_present(request)
    size = count(request)
    if size > CONTEXT_TOKENS:
        raise invalid(f"prompt is too long: {size} tokens > {CONTEXT_TOKENS} maximum")


def check_output(request: MessagesRequest) -> None:
    """Raise 400 when more output is asked for than the model can give."""
    if request.max_tokens > MAX_OUTPUT_TOKENS:
        raise invalid(
            f"max_tokens: {request.max_tokens} > {MAX_OUTPUT_TOKENS}, which is the maximum "
            f"allowed number of output tokens for {request.model}"
        )
    budget = request.thinking.budget_tokens if request.thinking is not None else None
    if budget is not None and budget >= request.max_tokens:
        raise invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")
    if any(not sequence.strip() for sequence in request.stop_sequences):
        raise invalid("stop_sequences: each stop sequence must contain non-whitespace")


def thinks(request: PromptRequest) -> bool:
    """Whether the model thinks in this call."""
    if card_of(request.model).thinking is ThinkingRule.ALWAYS:
        return True
    return request.thinking is not None and request.thinking.type in ("adaptive", "enabled")


def _check_tools(request: PromptRequest) -> None:
    names: set[str] = set()
    for index, tool in enumerate(request.tools):
        if tool.name in names:
            raise invalid("tools: Tool names must be unique.")
        names.add(tool.name)
        check_input_schema(index, tool.input_schema)


def _check_tool_choice(request: PromptRequest, card: ModelCard) -> None:
    choice = request.tool_choice
    if choice is None:
        return
    if not request.tools:
        raise invalid("tool_choice: may only be specified while providing `tools`.")
    if (choice.type == "tool") is not (choice.name is not None):
        problem = "Field required" if choice.type == "tool" else "Extra inputs are not permitted"
        raise invalid(f"tool_choice.{choice.type}.name: {problem}")
    if choice.type in ("auto", "none"):
        return
    if card.thinking is ThinkingRule.ALWAYS:
        raise invalid(
            f'tool_choice: "{choice.type}" is not supported on {card.id}; use "auto" or "none".'
        )
    if thinks(request):
        raise invalid("Thinking may not be enabled when tool_choice forces tool use.")
    if choice.name is not None and choice.name not in {tool.name for tool in request.tools}:
        raise invalid(f"Tool '{choice.name}' not found in provided tools")


def _check_thinking(request: PromptRequest, card: ModelCard) -> None:
    config = request.thinking
    if config is None:
        return
    off = config.type in ("disabled", "between_tools")
    if off and card.thinking is ThinkingRule.ALWAYS:
        raise invalid(f'thinking.type: "{config.type}" is not supported on {card.id}.')
    if off and config.display is not None:
        raise invalid(f"thinking.{config.type}.display: Extra inputs are not permitted")
    if config.type == "enabled":
        if config.budget_tokens is None:
            raise invalid("thinking.enabled.budget_tokens: Field required")
        if config.budget_tokens < MIN_THINKING_BUDGET:
            raise invalid(
                "thinking.enabled.budget_tokens: Input should be greater than or equal to "
                f"{MIN_THINKING_BUDGET}"
            )
    elif config.budget_tokens is not None:
        raise invalid(f"thinking.{config.type}.budget_tokens: Extra inputs are not permitted")
