"""What can be taken away: answers and conversations as text, Markdown, HTML, DOCX and JSON.

    from assistant.export import export

Every form but JSON is made of a `Sheet`, so that all say the same; a quote is verbatim in each.
"""

from assistant.export.plain import export

__all__ = ["export"]
