-- purpose: stop a publication in which this does not hold: a model figure is of at least 50 leaders.
-- grain:   one row per violation; any row stops it.
select
    publication,
    'reliability' as what
from reliability
where estimate is not null and (leaders is null or leaders < 50)
union all
select
    term.publication,
    'evidence' as what
from evidence_term as term
left join evidence
    on term.publication = evidence.publication and term.outcome = evidence.outcome
where evidence.leaders is null or evidence.leaders < 50
