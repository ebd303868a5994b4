"""Pages of a list: ``{count, next, previous, results}``."""

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    """``?page=2&page_size=50``; a page that does not exist is 404, a size that is no number is refused."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        given = request.query_params.get(self.page_size_query_param)
        if given and not (given.isascii() and given.isdigit() and len(given) < 10 and int(given) > 0):
            raise ValidationError({self.page_size_query_param: ["A whole number, 1 or more."]})
        size: int | None = super().get_page_size(request)
        return size
