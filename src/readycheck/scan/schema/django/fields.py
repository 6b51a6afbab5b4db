"""What a field of a model makes in the database: a column, and which indexes and keys it brings.

The rules are those of Django 5.2 (`django/db/models/fields`, `django/db/backends/base/schema.py` and
`postgresql/schema.py`):

- a `ForeignKey` has an index unless `db_index=False`, and a constraint unless `db_constraint=False`
- a `OneToOneField` is unique, and a unique field has no index beside
- a `SlugField` has an index unless it says otherwise
- in Postgres a text that is indexed or unique has a second index for `LIKE` (`varchar_pattern_ops`)
- a `ManyToManyField` without `through` makes a table with two foreign keys and a unique key over both

A field is a row of facts: `kind`, `line`, and what was said of `to`, `null`, `unique`, `index`, `pk`, `column`,
`through`, `table`, `constraint`, `field` (the other's), `length`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Field = Mapping[str, Any]

RELATIONS = frozenset({"ForeignKey", "OneToOneField", "ParentalKey", "TreeForeignKey", "TreeOneToOneField"})
SINGLE = frozenset({"OneToOneField", "TreeOneToOneField", "AutoOneToOneField"})
MANY = frozenset({"ManyToManyField", "ParentalManyToManyField", "TreeManyToManyField", "SortedManyToManyField"})
VIRTUAL = frozenset(
    {"GenericForeignKey", "GenericRelation", "TaggableManager", "CompositePrimaryKey", "CompositeField"}
)
TEXTS = frozenset({
    "CharField", "TextField", "EmailField", "URLField", "SlugField", "FileField", "ImageField", "FilePathField",
})  # fmt: skip
TYPES = {
    "AutoField": "integer", "BigAutoField": "bigint", "SmallAutoField": "smallint", "IntegerField": "integer",
    "PositiveIntegerField": "integer", "BigIntegerField": "bigint", "PositiveBigIntegerField": "bigint",
    "SmallIntegerField": "smallint", "PositiveSmallIntegerField": "smallint", "BooleanField": "boolean",
    "NullBooleanField": "boolean", "TextField": "text", "DateField": "date", "DateTimeField": "timestamptz",
    "TimeField": "time", "DurationField": "interval", "FloatField": "double precision", "DecimalField": "numeric",
    "UUIDField": "uuid", "JSONField": "jsonb", "BinaryField": "bytea", "GenericIPAddressField": "inet",
    "IPAddressField": "inet", "SearchVectorField": "tsvector", "HStoreField": "text", "CICharField": "citext",
    "CITextField": "citext", "CIEmailField": "citext",
}  # fmt: skip
LENGTHS = {
    "SlugField": 50,
    "URLField": 200,
    "EmailField": 254,
    "FileField": 100,
    "ImageField": 100,
    "FilePathField": 100,
}


def is_relation(field: Field) -> bool:
    """Whether a field is one foreign key."""
    kind = str(field["kind"])
    return (
        bool(field.get("to"))
        and not is_many(field)
        and (kind in RELATIONS or kind in SINGLE or kind.endswith(("ForeignKey", "OneToOneField", "_ptr")))
    )


def is_many(field: Field) -> bool:
    """Whether a field makes a table of its own, or is another model's."""
    return str(field["kind"]) in MANY or str(field["kind"]).endswith("ManyToManyField")


def has_column(field: Field) -> bool:
    """Whether a field is a column."""
    kind = str(field["kind"])
    return not is_many(field) and kind not in VIRTUAL and not kind.endswith("TaggableManager")


def is_primary(field: Field) -> bool:
    """Whether a field is the primary key."""
    return bool(field.get("pk"))


def is_unique(field: Field) -> bool:
    """Whether a unique constraint stands behind a field that is not the primary key."""
    kind = str(field["kind"])
    single = kind in SINGLE or kind.endswith("OneToOneField")
    return (bool(field.get("unique")) or single) and not is_primary(field)


def is_indexed(field: Field) -> bool:
    """Whether a field has an index of its own: not where it is unique or the primary key."""
    if is_unique(field) or is_primary(field):
        return False
    said = field.get("index")
    if said is not None:
        return bool(said)
    return is_relation(field) or str(field["kind"]) in ("SlugField", "AutoSlugField")


def name_column(name: str, field: Field) -> str:
    """The column of a field."""
    if field.get("column"):
        return str(field["column"])
    return f"{name}_id" if is_relation(field) else name


def tell_type(field: Field) -> str:
    """The column's type in Postgres; empty where a class that is not Django's tells."""
    kind = str(field["kind"])
    if kind in TYPES:
        return TYPES[kind]
    if kind in TEXTS:
        length = field.get("length") or LENGTHS.get(kind)
        return f"varchar({length})" if length else "varchar"
    return "text[]" if kind == "ArrayField" else ""


def tell_like(type_: str, field: Field) -> str:
    """The operator class of the second index of a text; empty where there is none."""
    if not (is_unique(field) or is_indexed(field) or is_primary(field)) or "[" in type_ or field.get("collation"):
        return ""
    if type_.startswith("varchar"):
        return "varchar_pattern_ops"
    return "text_pattern_ops" if type_.startswith("text") else ""
