-- purpose: one frozen publication of a wave.
-- grain:   one row per publication. reads: frame_publication. fills: publication.
create table publication as
select
    publication,
    wave,
    opens,
    closes,
    published_on,
    instrument,
    instrument_version,
    has_roster,
    leaders,
    respondents,
    expected,
    tier,
    tables,
    breaks,
    late,
    policy_fingerprint,
    audit_groups,
    audit_free_moves,
    audit_exchanges,
    audit_undecided,
    audit_seconds,
    is_sample
from frame_publication
