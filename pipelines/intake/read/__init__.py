"""Read: a file of a survey tool or an office becomes a sheet of strings; what they mean is for layout and conform."""

from pipelines.intake.read.file import file_hash, read_sheet, read_table
from pipelines.intake.sheet import Sheet, name_columns

__all__ = ["Sheet", "file_hash", "name_columns", "read_sheet", "read_table"]
