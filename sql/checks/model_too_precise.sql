-- purpose: stop a publication in which this does not hold: a model figure has two decimals.
-- grain:   one row per violation; any row stops it.
with figures as (
    select
        publication,
        unnest([estimate, low, high]) as figure
    from reliability
    union all
    select
        publication,
        unnest([estimate, low, high]) as figure
    from evidence_term
    union all
    select
        publication,
        unnest([r2, delta_r2, f2]) as figure
    from evidence
    union all
    select
        publication,
        unnest([estimate, low, high]) as figure
    from model_card
    union all
    select
        publication,
        unnest([estimate, low, high]) as figure
    from what_if
)

select *
from figures
where abs(figure * 100 - round(figure * 100)) > 1e-6
