"""A new living circle: the folder that a planner fills in, empty or begun from other data, one module a source.

Doors: :func:`siting.intake.new_circle.new_circle` and :func:`siting.intake.marked.write_marked`. A source
(``from_poi``) ends in a :class:`siting.intake.begun.Begun`; a new one is a module and a field of the request.
"""
