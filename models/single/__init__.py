"""One business type, nothing else: the classical problems on bare arrays, at sizes where a general model stalls.

| door | problem |
|---|---|
| :func:`models.single.mclp.mclp` | the most residents in reach of sites that a purse, or a number, allows |
| :func:`models.single.pmedian.p_median` | the least weighted distance to the nearest of p sites |
| :func:`models.single.lscp.lscp` | the fewest, or cheapest, sites that reach everybody |
| :func:`models.single.pcenter.p_center` | the least distance within which p sites reach everybody |

:func:`models.single.level.solve_level` answers levels of a whole model of one type with them (solver ``large``, and
``auto`` from a size on).

Compiled with numba, which loads when a module of this room is imported.
"""
