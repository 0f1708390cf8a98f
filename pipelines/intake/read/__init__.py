"""Read: a file of a survey tool or an office becomes a sheet of strings; what they mean is for layout and conform.

A room within intake; whoever stands outside intake comes through the door of intake.

read_sheet: the cells of a file, whatever its kind.
read_table: a file with one row of heads, as a table.
read_and_tell: the same, and what is to be known of the file.
file_hash: tells whether the very same file came before.
"""

from pipelines.intake.read.file import file_hash, read_and_tell, read_sheet, read_table

__all__ = ["file_hash", "read_and_tell", "read_sheet", "read_table"]
