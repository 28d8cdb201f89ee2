"""Render: what people look at, derived from the original: previews of its pages, a PDF to search its scans."""
