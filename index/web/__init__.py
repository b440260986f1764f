"""Documents from the web: an address in, a snapshot in the sources folder out.

`python -m index add` calls `snapshots.add`, if the settings allow it; nothing else does, and
nothing else in `index` knows HTTP. `addresses` says which addresses are public, `connection`
connects to no others, `fetch` asks, `kinds` tells what came, and `snapshots` stores it. Whatever
is refused is said in a sentence, and nothing of it is stored.
"""
