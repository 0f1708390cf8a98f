"""References: every word in an instrument that names another thing must name one that exists."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.ground.errors import Refused
from pipelines.instruments.checks import suggest
from pipelines.instruments.model import BLOCKS, Attribute, Instrument


def check_references(instrument: Instrument) -> None:
    """Refused, with file, key and a suggestion, for the first word that names nothing."""
    _References(instrument).check()


class _References:
    """An instrument and the words by which its parts may name each other."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.attributes = [attribute.code for attribute in instrument.attributes]
        self.scales = [scale.code for scale in instrument.scales]
        self.thresholds = [threshold.code for threshold in instrument.thresholds]
        self.sources = [*instrument.choices(), *instrument.lists(), *self.scales, *instrument.numbers()]
        self.dimensions = [dimension.code for dimension in instrument.dimensions]
        self.groups = [*self.dimensions, *(f"{code}_coarse" for code in self.dimensions)]

    def check(self) -> None:
        """One kind of part after the other."""
        for scale in self.instrument.scales:
            for part in scale.composite:
                _must_exist(f"scales/{scale.code}.toml", "composite", part, self.scales)
        for attribute in self.instrument.attributes:
            self._check_attribute(attribute)
            self._check_family(attribute)
        self._check_circles()
        self._check_purposes_and_values()
        self._check_plan()

    def _check_attribute(self, attribute: Attribute) -> None:
        key = f"attribute.{attribute.code}"
        if attribute.from_:
            _must_exist("attributes.toml", f"{key}.from", attribute.from_, self.sources)
        for cut in (attribute.at_least, attribute.at_most):
            if isinstance(cut, str):
                _must_exist("attributes.toml", key, cut, self.thresholds)
        for code in attribute.parts():
            _must_exist("attributes.toml", key, code, self.attributes)
        for code in attribute.unanswered:
            _must_exist("attributes.toml", f"{key}.unanswered", code, self.sources)
        for code in attribute.eligible:
            _must_exist("attributes.toml", f"{key}.eligible", code, self.dimensions)

    def _check_family(self, attribute: Attribute) -> None:
        """All attributes of a family are asked of the same leaders."""
        family = [other for other in self.instrument.attributes if other.family == attribute.family]
        if len({str(other.eligible) for other in family}) > 1:
            raise Refused("instrument_family_group", file="attributes.toml", family=attribute.family)

    def _check_circles(self) -> None:
        """No attribute is made of itself, not by a detour either."""
        waiting = {attribute.code: set(attribute.parts()) for attribute in self.instrument.attributes}
        while waiting:
            ready = {code for code, parts in waiting.items() if not parts & waiting.keys()}
            if not ready:
                raise Refused("instrument_circle", file="attributes.toml", attributes=", ".join(waiting))
            waiting = {code: parts for code, parts in waiting.items() if code not in ready}

    def _check_purposes_and_values(self) -> None:
        for purpose in self.instrument.purposes:
            for code in purpose.asks:
                _must_exist("instrument.toml", f"purpose.{purpose.code}.asks", code, [*BLOCKS, *self.scales])
        for target in self.instrument.targets:
            _must_exist("thresholds.toml", "target.measure", target.measure, self.attributes)
        for threshold in self.instrument.thresholds:
            _must_exist("thresholds.toml", f"threshold.{threshold.code}", threshold.scale, self.scales)
        for code, partition in self.instrument.partitions.items():
            for part in partition.attributes:
                _must_exist("attributes.toml", f"partition.{code}", part, self.attributes)

    def _check_plan(self) -> None:
        plan = self.instrument.plan
        for measure in plan.measure:
            _must_exist("publication.toml", "measure.attribute", measure.attribute, self.attributes)
        for mean in plan.mean:
            _must_exist("publication.toml", "mean.scale", mean.scale, self.scales)
            if len(set(mean.tables) - {"total"}) > 1 or {"one_way", "two_way"} & set(mean.tables):
                raise Refused("instrument_mean_tables", file="publication.toml", scale=mean.scale)
        if min((tier.expected_from for tier in plan.tier), default=1) > 0:
            raise Refused("instrument_key_missing", file="publication.toml", key="tier.expected_from = 0")
        for tier in plan.tier:
            for code in (code for table in tier.tables if table != "total" for code in table.split("+")):
                _must_exist("publication.toml", f"tier {tier.expected_from}", code, self.groups)


def _must_exist(file: str, key: str, word: str, words: Sequence[str]) -> None:
    if word not in words:
        raise Refused("instrument_reference", file=file, key=key, word=word, suggestion=suggest(word, words))
