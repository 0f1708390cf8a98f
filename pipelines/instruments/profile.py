"""The profile of a survey tool: how its export is known, and how its columns, rows and answers are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pipelines.instruments.rules import Model


def _as_written(value: object) -> object:
    """A number that stands in a file without quotation marks is an answer too: 99 is "99"."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Written = Annotated[str, BeforeValidator(_as_written)]


class Recognise(Model):
    """What tells that a file was written by this tool; each line must hold."""

    heads: tuple[str, ...] = ()  # a head that must be there; "Begintijd | Start time": one of these
    rows: dict[str, str] = Field(default_factory=dict)  # row number -> what a cell of that row holds
    kinds: tuple[Literal["text", "xlsx", "sav", "parquet"], ...] = ()


class Rows(Model):
    """Which rows of this tool are no answers, or not whole ones: head -> what a cell of it then says ("": nothing)."""

    test_answer: dict[str, tuple[Written, ...]] = Field(default_factory=dict)  # of who tried the survey out; rejected
    spam: dict[str, tuple[Written, ...]] = Field(default_factory=dict)  # rejected
    unfinished: dict[str, tuple[Written, ...]] = Field(default_factory=dict)  # counts, and is told


class Profile(Model):
    """How one survey tool writes its export."""

    code: str
    nl: str
    en: str
    recognise: Recognise | None = None
    separators: str = ";,\t"
    head_rows: int = Field(default=1, ge=1, le=3)  # rows above the answers; the names stand in the first
    join_heads: bool = False  # a name is "question [option]", from two rows of heads
    # head -> our column, or "column|code" for a box that adds a code to a list
    columns: dict[str, str] = Field(default_factory=dict)
    drop: tuple[str, ...] = ()  # heads that are not read; a * at the end stands for any ending
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    # an answer in the export -> our code, in every column that has it; or a column of ours -> these of its own
    answers: dict[str, Written | dict[str, Written]] = Field(default_factory=dict)
    missing: tuple[Written, ...] = ()  # answers that say that nothing was answered, in every column
    missing_in: dict[str, tuple[Written, ...]] = Field(default_factory=dict)  # the same of one column of ours
    rows: Rows = Rows()
    keep_user_missing: bool = False  # SPSS: read what was declared missing as an answer

    def drops(self, head: str) -> bool:
        """Whether a column is left unread."""
        return any(head == name or (name.endswith("*") and head.startswith(name[:-1])) for name in self.drop)

    @property
    def answers_anywhere(self) -> dict[str, str]:
        """An answer in the export -> our code, in every column that has such a code."""
        return {answer: code for answer, code in self.answers.items() if isinstance(code, str)}

    def answers_in(self, column: str) -> dict[str, str]:
        """The same for one column of ours."""
        of_column = self.answers.get(column, {})
        return {} if isinstance(of_column, str) else of_column

    @property
    def named_columns(self) -> set[str]:
        """The columns of ours that have answers of their own."""
        return {column for column, answers in self.answers.items() if not isinstance(answers, str)} | {*self.missing_in}
