-- purpose: read data_errors of one wave back, in the order of import.
-- grain:   as stored. reads: data_errors.
select * from data_errors
