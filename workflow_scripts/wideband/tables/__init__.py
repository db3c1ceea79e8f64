"""Data contracts: the columns of every table, and validated, atomic reading and writing."""

from .files import TableError, read_table, write_table
from .schemas import SCHEMAS

__all__ = ["SCHEMAS", "TableError", "read_table", "write_table"]
