"""The planner's questions over many solves: compare, sweep, budget curve, robust choice, the city's ranked list.

One package for each question, with its computation, its task for a worker, its plain data and its workbook.
"""
