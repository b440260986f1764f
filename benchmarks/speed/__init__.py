"""The speed of building, starting and asking, each figure beside its baseline in the same run.

`measure_speed` takes question sets and yields figures; the command line and nobody else calls it.
"""
