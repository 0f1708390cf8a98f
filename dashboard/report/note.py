"""Sets the page Accountability as a note to print: tagged A4 pages (PDF/UA-1) with all the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import typst

from dashboard import theme
from dashboard.report.content import story_of
from dashboard.report.phrases import phrases
from dashboard.story import Snapshot, Story
from dashboard.trust import Part, parts

TEMPLATE = Path(__file__).with_name("note.typ")


@lru_cache(maxsize=8)
def accountability_note(snapshot: Snapshot, wave: str, lang: str) -> bytes:
    """The note of one wave as PDF, the same bytes for the same snapshot; raises NotThere with a sentence for people."""
    story = story_of(snapshot, wave, lang)
    words, kind = story.words, phrases(lang)("note.kind")
    return typeset(story, kind, words("trust.title"), words("trust.promise"), parts(story))


def typeset(story: Story, kind: str, title: str, promise: str, told: Sequence[Sequence[Part]]) -> bytes:
    """Parts under a title and a promise as tagged pages; those of one row stand side by side."""
    words, say = story.words, phrases(story.words.lang)
    publication, about = story.publication, story.snapshot.about()
    data = {
        "lang": words.lang,
        "kind": kind,
        "title": title,
        "author": about.get("board", ""),
        "wave": words.wave(story.wave),
        "badge": say("sample") if about.get("data_kind") == "sample" else "",
        "promise": promise,
        "parts": [[asdict(part) for part in row] for row in told],
        "footer": [
            say(
                "footer.origin",
                day=words.date(publication["published_on"]),
                snapshot=about["snapshot_id"],
                **publication,
            ),
            say("footer.policy", **publication),
        ],
        "colours": {name: code for name, code in asdict(theme.LIGHT).items() if isinstance(code, str)},
    }
    return bytes(
        typst.compile(
            TEMPLATE,
            sys_inputs={"note": json.dumps(data)},
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            timestamp=int(datetime.fromisoformat(about["created"]).timestamp()),
        )
    )


def note_name(wave: str, lang: str) -> str:
    """What the file is called; nothing in it but letters, digits and dashes, for it stands in a header."""
    return f"klankbord-{re.sub(r'[^0-9A-Za-z]', '', wave)}-note-{lang}.pdf"
