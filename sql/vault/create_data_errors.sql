-- purpose: keep single answers that did not fit and became empty.
-- grain:   one row per answer. reads: frame_data_errors. fills: data_errors.
create table data_errors as
select * from frame_data_errors
