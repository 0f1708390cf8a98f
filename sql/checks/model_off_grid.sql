-- purpose: stop a publication in which this does not hold: a coefficient stands on steps of .05.
-- grain:   one row per violation; any row stops it.
-- Publications of before the grid do not tell the units of their models, and are not asked.
with figures as (
    select
        term.publication,
        unnest([term.estimate, term.low, term.high]) as figure
    from evidence_term as term
    inner join evidence
        on term.publication = evidence.publication and term.outcome = evidence.outcome
    where evidence.stress_unit is not null
)

select *
from figures
where abs(figure * 20 - round(figure * 20)) > 1e-6
