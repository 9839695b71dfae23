"""Departments, years and items side by side, as a table and as charts, drawn from the cells that answers cite."""

from ui.compare.charts import KINDS, Chart, chart
from ui.compare.grid import Grid, common_items, grid

__all__ = ["KINDS", "Chart", "Grid", "chart", "common_items", "grid"]
