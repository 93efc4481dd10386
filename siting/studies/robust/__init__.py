"""How sure is it 稳健性: a circle's plan over a set of futures.

| file | duty |
|---|---|
| effects.py | a future laid on a checked workspace: residents, prices, outlets and sites that go |
| variants.py | every future of a circle, built; the family for :mod:`models.robust` |
| study.py | solves: today, each future alone, best in expectation, best in the worst case |
| sites.py | how often each place is chosen, and what falls out with it |
| results.py, record.py | the whole as plain data |
| workbook.py, sheets_*.py | 稳健性.xlsx |
| task.py | what a worker does with one circle |
"""
