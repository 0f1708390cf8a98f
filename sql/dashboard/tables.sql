-- purpose: find out whether the whole snapshot can be read.
-- grain:   one row per table. reads: the catalog.
select table_name from duckdb_tables()
