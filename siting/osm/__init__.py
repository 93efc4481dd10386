"""A living circle from an OpenStreetMap file: cut by the plan's own words, streets, outlets, homes and vacant rooms.

    named roads, a crossing or a place ─ scan ─► shape of the circle (cut)
    the shape and a 15-minute walk around it ─ scan ─► MapExtract ─ streets, outlets, homes, rooms ─► tables and layers

The file is streamed; what lies outside is never kept, and the cache of node positions of a large file is on disk.
Map data © OpenStreetMap contributors, ODbL 1.0.
"""
