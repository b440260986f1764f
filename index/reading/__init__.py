"""Reads documents in processes that can be ended: none of them can hang or end a build.

`readers` has the processes, `worker` is what runs in one, `wire` is what they say to each other.
"""

from index.reading.readers import Readers, end_all

__all__ = ["Readers", "end_all"]
