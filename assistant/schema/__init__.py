"""What programs ask and are given, as JSON: by the API and by the MCP server alike.

Whatever holds words of a document is compared with them before it leaves.
"""
