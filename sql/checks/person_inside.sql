-- purpose: stop a publication in which this does not hold: no column that could hold a person or a school.
-- grain:   one row per violation; any row stops it.
select *
from duckdb_columns()
where
    column_name in ('leader_key', 'school_key', 'row', 'raw', 'submitted', 'profile')
    and not internal
