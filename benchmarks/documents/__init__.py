"""Files as the index reads them, beside what plain code, asked by itself, finds in them.

`check` compares one file, `figures` adds them up and makes tables. What reads plainly (`plain`,
`markup`, `rich`, `mail`, `sheets`) shares nothing with the index but libraries.
"""
