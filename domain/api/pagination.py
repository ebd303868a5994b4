"""Pages of a list: ``{count, next, previous, results}``."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """``?page=2&page_size=50``; a page that does not exist is 404."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 200
