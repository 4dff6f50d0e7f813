"""`make docs`: write every generated page and schema again."""

from __future__ import annotations

from tools.flows import pages
from tools.generate import (
    alarm_page,
    difference_page,
    event_schemas,
    guide_examples,
    openapi,
    postman,
    problem_page,
    standing_page,
    telegram_pages,
)
from tools.mutation import results


def main() -> None:
    """Run every generator."""
    telegram_pages.main()
    alarm_page.main()
    difference_page.main()
    event_schemas.main()
    guide_examples.main()
    openapi.main()
    postman.main()
    problem_page.main()
    standing_page.main()
    pages.main()
    results.main()


if __name__ == "__main__":
    main()
