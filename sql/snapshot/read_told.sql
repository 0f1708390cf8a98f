-- purpose: what was published, in counts, for the annex to a DPIA.
-- grain:   one row per publication, oldest wave first. reads: publication, withheld. fills: nothing.
-- A date was text in snapshots of an earlier version.
select
    publication.wave,
    publication.opens::date as opens,
    publication.closes::date as closes,
    publication.published_on::date as published_on,
    publication.respondents,
    publication.leaders,
    publication.policy_fingerprint,
    coalesce(sum(withheld.cells) filter (where withheld.status = 'published'), 0)::integer as shown,
    coalesce(
        sum(withheld.cells) filter (
            where withheld.status not in ('published', 'not_planned', 'not_asked', 'group_unknown')
        ), 0
    )::integer as withheld
from publication
left join withheld on publication.publication = withheld.publication
group by all
order by publication.wave
