-- All cells of one wave in the order of their groups, for whatever is drawn or said of it.
-- Grain: one row per cell. Reads: cell, level (for the order of the groups).
select
    cell.*,
    first.position as position_1,
    second.position as position_2
from cell
left join level as first
    on
        cell.publication = first.publication
        and cell.dim_1 = first.dimension
        and cell.level_1 = first.level
left join level as second
    on
        cell.publication = second.publication
        and cell.dim_2 = second.dimension
        and cell.level_2 = second.level
where cell.wave = $wave
order by cell.measure, position_1, position_2, cell.level_1, cell.level_2
