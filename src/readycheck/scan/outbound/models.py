"""Calls of language models, told by the library, or by what the receiver is called where it was handed in."""

from __future__ import annotations

import re

from readycheck.scan.late import compile_late
from readycheck.scan.outbound.runs import is_agent

METHODS = (
    "^(?:create|parse|stream|invoke|ainvoke|astream|streamEvents|astream_events|predict|apredict|generate|agenerate|complete|chat|"
    "completion|acompletion|generate_content|generate_content_async|generate_content_stream|generateContent|generateContentStream|"
    "sendMessage|sendMessageStream|send_message|send_message_async|chatCompletion|chatCompletionStream|chat_completion|run)$"
)
FUNCTIONS = ("generateText", "streamText", "generateObject", "streamObject", "completion", "acompletion")
LIBRARIES = compile_late(
    r"^(?:openai|anthropic|@anthropic-ai/sdk|groq|groq-sdk|litellm|cohere|mistralai|@mistralai/mistralai|ollama|together|"
    r"google\.generativeai|google\.genai|vertexai|@google/generative-ai|@google/genai|huggingface_hub|@huggingface/inference|"
    r"langchain[\w.]*|langchain/[\w/-]+|@langchain/[\w/-]+|ai)(?=[.(])"
)
SDK_CALL = compile_late(
    r"(?:chat\.completions|completions|responses|messages|beta\.chat\.completions|beta\.messages)\.(?:create|parse|stream)$|"
    r"\.(?:models\.)?generate_?[cC]ontent\w*$|\.send_?[mM]essage\w*$|\.chat(?:_completion|Completion\w*|\.complete|\.stream)?$|"
    r"^(?:litellm\.a?completion|ollama\.(?:chat|generate)|ai\.(?:generateText|streamText|generateObject|streamObject))$"
)
RUNNABLE = compile_late(r"\.(?:a?invoke|a?stream|streamEvents|astream_events|a?predict|a?generate)$")
MODULES = compile_late(
    r"messages|prompts|output_parsers|embeddings?|vector|document|retriev|Embedding|Message\(|Prompt|Splitter|Store",
    re.IGNORECASE,
)
MADE_MODEL = compile_late(
    r"Chat[A-Z]\w*\(|OpenAI\(|init_chat_model\(|\bLLM|Model\(|chat_models|create_react_agent|createReactAgent|compile\("
)
RECEIVER = compile_late(
    r"(?:^|[._])(?:llm|[\w]*_llm|chat_?[mM]odel|model|[a-z]\w*Model|chain|[a-z]\w*Chain|[a-z]\w*_chain|agent|graph)$|"
    r"(?:get_?(?:chat_?)?(?:[mM]odel|LLM|llm|[cC]hain))\([^)]*\)$"
)
HINT = compile_late(r"langchain|langgraph|ChatOpenAI|openai|anthropic|\bllm\b|\bLLM\b")
SDK_TEXT = compile_late(
    r"\b\w*(?:client|openai|anthropic|claude|groq|ai|llm|api)\b[\w.]*\.(?:chat\.completions|messages)\.(?:create|parse|stream)$",
    re.IGNORECASE,
)


def name_model_call(names: tuple[str, ...], text: str, source: str) -> str:
    """`model` or `agent` for a call of one, by the qualified names and the text of its callee; else empty.

    `source` is the text of the file.
    """
    if any(is_agent(name) for name in names):
        return "agent"
    for name in names:
        if LIBRARIES.match(name) and (SDK_CALL.search(name) or is_runnable(name)):
            return "model"
    receiver, _, method = text.rpartition(".")
    if not HINT.search(source):
        return ""
    if RUNNABLE.search(f".{method}") and RECEIVER.search(receiver):
        return "agent" if re.search(r"(?:agent|graph)$", receiver) else "model"
    if SDK_TEXT.search(text) and ("completions" in text or re.search(r"anthropic|claude", source, re.IGNORECASE)):
        return "model"
    return ""


def is_runnable(name: str) -> bool:
    """Whether a name of LangChain is the run of something that holds a model."""
    return (
        RUNNABLE.search(name) is not None
        and MADE_MODEL.search(name) is not None
        and MODULES.search(name.partition("(")[0]) is None
    )


def is_streaming(text: str) -> bool:
    """Whether a call gives its answer piece by piece."""
    return re.search(r"stream", text.rpartition(".")[2], re.IGNORECASE) is not None
