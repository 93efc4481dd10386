"""The annual construction plan 年度建设计划: rows from finished runs, as a workbook and a Word document."""
