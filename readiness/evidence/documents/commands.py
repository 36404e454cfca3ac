"""The commands of code blocks: what a shell would run, and whether there is anything to run at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readiness.evidence.documents.segments import Segment
from readiness.evidence.documents.shell import Command, script_of

_SHELLS = frozenset(
    {"", "sh", "shell", "bash", "zsh", "fish", "ksh", "console", "terminal", "shell-session"}
    | {"shellsession", "powershell", "pwsh", "ps1", "bat", "cmd"}
)
_TEXTS = frozenset({"text", "txt", "plaintext"})
# What is written, printed or drawn, and not run.
_NOT_RUN = _TEXTS | {"json", "yaml", "yml", "toml", "ini", "log", "output", "diff", "mermaid", "dot", "csv"}
_IDLE = frozenset({"echo", "true", "false", ":", "printf", "exit", "sleep"})
_COMMENT = ("#", "//", "--")
_PROMPT = re.compile(r"^[\w.@:~/=-]*[$#>]\s+")
_STATEMENT = re.compile(r"[\w./~$\"'{(-][\w./~${}\"'()=:@+-]*(?:\s|$)")
_LETTERS = re.compile(r"[A-Za-z]{2}")
# Words that stand alone in sentences, and in no command; what is quoted there is one word with its blanks.
_OF_SENTENCES = frozenset(
    {"a", "an", "and", "are", "be", "can", "could", "did", "do", "does", "for", "has", "have", "if"}
    | {"is", "it", "its", "may", "might", "must", "never", "not", "of", "or", "our", "should", "that"}
    | {"the", "then", "there", "they", "this", "was", "we", "were", "when", "which", "will", "with"}
    | {"without", "works", "would", "you"}
)
_ENDS_SENTENCE = re.compile(r"[A-Za-z']{2,}[.,!?]")
_SETTING = re.compile(r"[A-Za-z_]\w*=")
_PREFIXES = frozenset({"sudo", "time", "env", "exec", "nohup", "command"})


def commands_of(code: Segment) -> Iterator[Command]:
    """The commands of a code block that a shell would run; comments and blocks of other languages hold none."""
    language = _language(code)
    if language not in _SHELLS and language not in _TEXTS:
        return
    for command in script_of(code.text, only_after_prompts=language in _TEXTS):
        words = list(command.words)
        while words and (words[0] in _PREFIXES or _SETTING.match(words[0])):
            words = words[1:]
        if words and not _is_prose(words):
            yield Command(code.line + command.line, tuple(words))


def has_command(code: Segment) -> bool:
    """Whether there is something to run that does something: for a shell, or in another language, such as SQL."""
    language = _language(code)
    if language in _SHELLS:
        return any(_acts(command) for command in commands_of(code))
    return language not in _NOT_RUN and any(map(_is_statement, code.text.split("\n")))


def _language(code: Segment) -> str:
    return (code.info.casefold().split() or [""])[0].strip("{}.")


def _acts(command: Command) -> bool:
    return command.words[0] not in _IDLE and bool(_LETTERS.search(" ".join(command.words)))


def _is_statement(line: str) -> bool:
    """Whether a line of another language says something, behind its prompt, as in `shop=> select 1;`."""
    if line.strip().startswith(_COMMENT):
        return False
    said = _PROMPT.sub("", line.strip(), count=1)
    return bool(_STATEMENT.match(said) and _LETTERS.search(said))


def _is_prose(words: Sequence[str]) -> bool:
    """Whether it begins like a command and goes on like a sentence: `helm rollback is what we would do`."""
    return any(word in _OF_SENTENCES or _ENDS_SENTENCE.fullmatch(word) for word in words[1:])
