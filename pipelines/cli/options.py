"""The options that several commands share: name and type once; their sentences stand in the locales under [option].

`readable=False` everywhere: a path that cannot be read is told by us, in the language asked for, and not by typer.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from pipelines.ground.period import Wave


def _folder(path: Path | None) -> Path | None:
    """A folder that is not there must not be read as an empty one."""
    if path is not None:
        os.listdir(path)
    return path


HomeOption = Annotated[Path | None, typer.Option("--home", readable=False, help="home")]
InstrumentsOption = Annotated[
    Path | None, typer.Option("--instruments", readable=False, callback=_folder, help="instruments")
]
JsonOption = Annotated[bool, typer.Option("--json", help="json")]
LangOption = Annotated[str, typer.Option("--lang", help="lang")]
MaybeLangOption = Annotated[str | None, typer.Option("--lang", help="lang_or_reader")]
OutOption = Annotated[Path, typer.Option("--out", readable=False, help="out")]
ParquetOption = Annotated[Path, typer.Option("--out", readable=False, help="out_parquet")]
PortOption = Annotated[int, typer.Option("--port", help="port")]

# A wave is read here, once: a command gets a `Wave`, or None where the option was left out.
WaveOption = Annotated[Wave, typer.Option("--wave", parser=Wave, metavar="2026Q3", help="wave")]
EveryWaveOption = Annotated[Wave | None, typer.Option("--wave", parser=Wave, metavar="2026Q3", help="wave_or_every")]
NewestWaveOption = Annotated[Wave | None, typer.Option("--wave", parser=Wave, metavar="2026Q3", help="wave_or_newest")]
NextWaveOption = Annotated[Wave | None, typer.Option("--wave", parser=Wave, metavar="2026Q3", help="wave_or_next")]
WaveArgument = Annotated[Wave, typer.Argument(parser=Wave, metavar="2026Q3", help="wave", show_default=False)]

# The files of an import.
FileArgument = Annotated[Path, typer.Argument(readable=False, help="file", show_default=False)]
OwnFileArgument = Annotated[Path, typer.Argument(readable=False, help="own_file", show_default=False)]
ProfileOption = Annotated[str | None, typer.Option("--profile", help="profile")]
AcceptOption = Annotated[list[str] | None, typer.Option("--accept", help="accept")]
DropOption = Annotated[list[str] | None, typer.Option("--drop", help="drop")]
WithoutOption = Annotated[list[str] | None, typer.Option("--without", help="without")]
ExperienceOption = Annotated[str | None, typer.Option("--experience-from", help="experience_from")]
RosterOption = Annotated[Path | None, typer.Option("--roster", readable=False, help="roster_file")]
OutcomesOption = Annotated[Path | None, typer.Option("--outcomes", readable=False, help="outcomes")]
WavesOption = Annotated[Path | None, typer.Option("--waves", readable=False, help="waves_file")]
