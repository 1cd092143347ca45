"""One report of a run: Markdown, self-contained HTML and JSON, from what the run folder holds."""

from evaluation.report.write import WrittenReport, write_report

__all__ = ["WrittenReport", "write_report"]
