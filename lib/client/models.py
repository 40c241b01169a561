"""The server's objects and inputs as Python objects, with the server's names.

An object only has the fields that were passed to it: reading an absent one returns None, and `to_dict` omits it.
Absent is not null: `Image(id="5", title=None)` sets the title to null, `Image(id="5")` leaves it unchanged.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, TypeVar

from lib.errors import DataError

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_options: Any) -> Any:
        """In `typing` since Python 3.11; only type checkers need it."""
        return lambda cls: cls


Self = TypeVar("Self", bound="Record")


class SortDirectionEnum(str, Enum):
    ASC = "ASC"
    DESC = "DESC"


class BulkUpdateIdMode(str, Enum):
    SET = "SET"
    ADD = "ADD"
    REMOVE = "REMOVE"


@dataclass_transform(kw_only_default=True)
class Record:
    """An object of the server: its fields are keyword arguments. Raises a DataError for an unknown one.

    Type checkers check the arguments like those of a dataclass. A field without a default is required: they demand it,
    and so does the method that the object is passed to.
    """

    NESTED: ClassVar[dict[str, type[Record]]] = {}
    _fields: ClassVar[tuple[str, ...]]
    _known: ClassVar[frozenset[str]]

    def __init__(self, **fields: Any) -> None:
        unknown = [name for name in fields if name not in self.fields()]
        if unknown:
            allowed = ", ".join(self.fields())
            raise DataError(f"{type(self).__name__} has no {', '.join(unknown)}. It has: {allowed}.")
        self.__dict__.update(fields)

    def __init_subclass__(cls) -> None:
        bases = [base for base in reversed(cls.__mro__) if issubclass(base, Record) and base is not Record]
        cls._fields = tuple(dict.fromkeys(name for base in bases for name in base.__annotations__))
        cls._known = frozenset(cls._fields)
        for name in cls._fields:
            if not hasattr(cls, name):
                setattr(cls, name, None)

    @classmethod
    def fields(cls) -> tuple[str, ...]:
        """Return the names of all fields, those of the base classes first."""
        return cls._fields

    @classmethod
    def from_dict(cls: type[Self], data: dict[str, Any]) -> Self:
        """Return an object from the server's JSON object. Unknown fields of a newer server are left out."""
        record = cls.__new__(cls)
        if data.keys() <= cls._known:  # the usual case, and faster
            values = dict(data)
        else:
            values = {name: value for name, value in data.items() if name in cls._known}
        record.__dict__ = values
        for name, kind in cls.NESTED.items():
            value = values.get(name)
            if isinstance(value, list):
                values[name] = [kind.from_dict(item) for item in value]
            elif isinstance(value, dict):
                values[name] = kind.from_dict(value)
        return record

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set as a dict; nested objects are dicts too."""
        return {name: plain(value) for name, value in self.__dict__.items()}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    __hash__ = None  # type: ignore[assignment]  # fields may change

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"


def plain(value: Any) -> Any:
    """Return a value with every Record in it as a dict, so that it can be encoded as JSON."""
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


class Fingerprint(Record):
    type: str | None = None
    value: str | None = None


class VisualFile(Record):
    """An ImageFile, or for a GIF or a clip a VideoFile, which has a duration. The primary file comes first."""

    NESTED = {"fingerprints": Fingerprint}
    id: str | None = None
    path: str | None = None
    basename: str | None = None
    size: int | None = None
    mod_time: str | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    duration: float | None = None
    fingerprints: list[Fingerprint] | None = None


class Tag(Record):
    id: str | None = None
    name: str | None = None


class Studio(Record):
    id: str | None = None
    name: str | None = None


class Performer(Record):
    id: str | None = None
    name: str | None = None
    disambiguation: str | None = None


class Gallery(Record):
    id: str | None = None
    title: str | None = None


class Image(Record):
    """An image. `path` isn't a field of the server: `create_image` takes the file from it."""

    NESTED = {
        "visual_files": VisualFile,
        "galleries": Gallery,
        "studio": Studio,
        "tags": Tag,
        "performers": Performer,
    }
    id: str | None = None
    title: str | None = None
    code: str | None = None
    rating100: int | None = None
    date: str | None = None
    details: str | None = None
    photographer: str | None = None
    o_counter: int | None = None
    organized: bool | None = None
    urls: list[str] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    path: str | None = None
    visual_files: list[VisualFile] | None = None
    galleries: list[Gallery] | None = None
    studio: Studio | None = None
    tags: list[Tag] | None = None
    performers: list[Performer] | None = None


class FindImagesResultType(Record):
    """The result of `find_images`. `count`, `megapixels` and `filesize` (bytes) are totals of all matching images."""

    NESTED = {"images": Image}
    count: int = 0
    megapixels: float = 0.0
    filesize: float = 0.0
    images: list[Image]


UpdateMode: TypeAlias = BulkUpdateIdMode | Literal["SET", "ADD", "REMOVE"]


class BulkUpdateIds(Record):
    ids: list[str]
    mode: UpdateMode


class BulkUpdateStrings(Record):
    values: list[str]
    mode: UpdateMode


class ImageFields(Record):
    """The fields of a single and a bulk update. Null clears a field on the server."""

    clientMutationId: str | None = None
    title: str | None = None
    code: str | None = None
    rating100: int | None = None
    organized: bool | None = None
    url: str | None = None
    date: str | None = None
    details: str | None = None
    photographer: str | None = None
    studio_id: str | None = None
    custom_fields: dict[str, Any] | None = None


class ImageUpdateInput(ImageFields):
    """New values of one image; a list replaces the whole list."""

    id: str
    urls: list[str] | None = None
    performer_ids: list[str] | None = None
    tag_ids: list[str] | None = None
    gallery_ids: list[str] | None = None
    primary_file_id: str | None = None


class BulkImageUpdateInput(ImageFields):
    """The same new values for many images; lists are replaced, extended or reduced."""

    ids: list[str]
    urls: BulkUpdateStrings | dict[str, Any] | None = None
    performer_ids: BulkUpdateIds | dict[str, Any] | None = None
    tag_ids: BulkUpdateIds | dict[str, Any] | None = None
    gallery_ids: BulkUpdateIds | dict[str, Any] | None = None


class ImageDestroyInput(Record):
    id: str
    delete_file: bool | None = None
    delete_generated: bool | None = None
    destroy_file_entry: bool | None = None


class ImagesDestroyInput(Record):
    ids: list[str]
    delete_file: bool | None = None
    delete_generated: bool | None = None
    destroy_file_entry: bool | None = None
