"""The question as it was asked: its words, their spelling, its dates, and the turns before it."""
