-- purpose: count leaders per cell of the publication plan, in two steps: finest cells once, then every table.
-- grain:   one row per cell x count (respondents, eligible:<a>, yes:<a>, open:<a>).
-- reads:   frame_people (profile + 0/1 columns, one row per leader), frame_places (profile, cell). fills: nothing.
with finest as (
    select
        profile,
        sum(columns(* exclude (profile)))::bigint as '\0'
    from frame_people
    group by profile
),

long as (
    unpivot finest
    on columns(* exclude (profile))
    into name what value leaders
)

select
    frame_places.cell,
    long.what,
    sum(long.leaders)::bigint as leaders
from long
inner join frame_places on long.profile = frame_places.profile
group by frame_places.cell, long.what
order by frame_places.cell, long.what
