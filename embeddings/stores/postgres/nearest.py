"""A question's vector in, the nearest sentences out: all compared, or the likeliest ones of pgvector's HNSW index.

Whatever the way, more than are wanted are fetched with their vectors, and a score is the product of these, as in the
embedded store. The index holds half-precision numbers, which takes half of the memory and loses no place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from pgvector import Vector
from psycopg import Connection

from embeddings.stores.best import best
from embeddings.stores.faiss_index import products
from embeddings.stores.postgres.database import PostgresDatabase
from embeddings.stores.rows import read_vectors, stored_stamp
from embeddings.stores.scopes import Among, Ranges
from embeddings.stores.sql import Row
from embeddings.stores.vector_index import Limits
from embeddings.stores.word_index import sentence_count
from embeddings.types import Vectors

INDEX = "vectors_by_meaning"
_GRAPH = "m = 24, ef_construction = 128"
_CANDIDATES = 2  # for each sentence asked for
_RANGES_NAMED = 20  # of a scope
_STEP = (
    40  # comparisons that take as long as to pass by one sentence in the index, which it does where scopes are small
)
_MOST_MEMORY = 2 << 20  # kB, to build the index of 1.5 million sentences in, unless the server is set to give more
_BYTES = 600  # of memory for a sentence while the index is built, beside those of its vector

# Measured on 200,000 vectors, sentences of SQuAD and PolNeAR each with noise of length 0.4 added, and 200 questions of
# SQuAD: how many of the 10 nearest are found, by hnsw.ef_search, the time of a search, and of building on two cores.
#
#     ef_search                         100     200     400     600     1,000   built in
#     m = 16, ef_construction = 64      0.820   0.880   0.930                   33 s
#     m = 24, ef_construction = 128     0.865   0.928   0.969   0.978   0.991   41 s
#     m = 32, ef_construction = 200     0.936   0.969   0.973   0.988   0.996   77 s
#     ms, with m = 24                   0.7     1.1     1.7     2.4     3.7


def nearest(
    database: PostgresDatabase, vector: Vectors, count: int, scope: Among | None, limits: Limits
) -> list[tuple[int, float]]:
    """The ids in scope that are nearest to `vector`, of shape (dimension,), with their cosines, best first.

    Raises ValueError for a vector of another shape.
    """
    stamp = stored_stamp(database)
    if stamp is None:
        return []
    if vector.shape != (stamp.dimension,):
        raise ValueError(f"a vector of shape {vector.shape} was searched in an index of dimension {stamp.dimension}")
    held = sentence_count(database)
    among, ranges = (scope.sentences, scope.ranges) if scope else (held, None)
    wanted = min(_CANDIDATES * count, among)
    if wanted <= 0:
        return []
    rows: list[Row] = []
    few = among <= limits.newer if scope is None else among <= max(limits.scope, math.sqrt(_STEP * wanted * held))
    if not few and _is_indexed(database):
        rows = _by_index(database, Vector(vector), stamp.dimension, wanted, ranges)
    if len(rows) < wanted:  # there is no index, or it gave up
        rows = _by_comparing(database, Vector(vector), wanted, ranges)
    ids, vectors = read_vectors(rows)
    return best(ids, products(vectors, vector), count)


def build_index(connection: Connection, limits: Limits) -> None:
    """Build the index where it is due and missing, while others read and write; up to `limits.newer` need none.

    `connection` is in no transaction.
    """
    database = PostgresDatabase(connection)
    stamp, count = stored_stamp(database), sentence_count(database)
    if stamp is None or count <= limits.newer or _is_indexed(database):
        return
    drop_index(database)  # what is left of one that was broken off
    ((given,),) = database.execute("SELECT pg_size_bytes(current_setting('maintenance_work_mem')) / 1024").fetchall()
    memory = max(given, min(_MOST_MEMORY, count * (2 * stamp.dimension + _BYTES) // 1024))
    with _set(database, maintenance_work_mem=f"{memory}kB", lock_timeout="0"):
        database.execute(
            f"CREATE INDEX CONCURRENTLY {INDEX} ON vectors"
            f" USING hnsw ((vector::halfvec({stamp.dimension})) halfvec_ip_ops) WITH ({_GRAPH})"
        )


@contextmanager
def _set(database: PostgresDatabase, **settings: str) -> Iterator[None]:
    """Settings of a connection, as they were before at the end."""
    before = {name: database.execute("SELECT current_setting(?)", (name,)).fetchall()[0][0] for name in settings}
    for name, value in settings.items():
        database.execute("SELECT set_config(?, ?, false)", (name, value))
    yield
    for name, value in before.items():  # not after an error: a connection that met one is not used again
        database.execute("SELECT set_config(?, ?, false)", (name, value))


def drop_index(database: PostgresDatabase) -> None:
    """Take the index away, as before vectors of another dimension come."""
    database.execute(f"DROP INDEX IF EXISTS {INDEX}")


def _is_indexed(database: PostgresDatabase) -> bool:
    sql = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(?) AND indisvalid"
    return bool(database.execute(sql, (INDEX,)).fetchone())


def _by_index(
    database: PostgresDatabase, vector: Vector, dimension: int, wanted: int, scope: Ranges | None
) -> list[Row]:
    condition, values = "", list[Any]()
    if scope is not None and len(scope) <= _RANGES_NAMED:  # as PostgreSQL can tell how many ids lie there
        condition, values = f"WHERE ({' OR '.join(['id >= ? AND id < ?'] * len(scope))}) ", scope.ravel().tolist()
    elif scope is not None:
        condition, values = "WHERE id <@ ?::int8multirange ", [_multirange(scope)]
    order = f"ORDER BY vector::halfvec({dimension}) <#> ?::halfvec({dimension}) LIMIT ?"
    sql = f"SELECT id, vector FROM vectors {condition}{order}"
    return database.execute(sql, (*values, vector, wanted)).fetchall()


def _by_comparing(database: PostgresDatabase, vector: Vector, wanted: int, scope: Ranges | None) -> list[Row]:
    source = "SELECT id, vector, vector <#> ? AS distance FROM vectors"
    values: list[Any] = [vector]
    if scope is None:
        sql = f"SELECT id, vector FROM ({source} OFFSET 0)"  # OFFSET 0: compared first, and put in order then
    else:
        # not by a multirange: its functions are not leakproof, so that row-level security would come before the index
        source = f'{source} WHERE id >= part.first AND id < part."end" OFFSET 0'
        parts = 'unnest(?::bigint[], ?::bigint[]) AS part (first, "end")'
        sql = f"SELECT id, vector FROM {parts} CROSS JOIN LATERAL ({source})"
        values = [scope[:, 0].tolist(), scope[:, 1].tolist(), vector]
    return database.execute(f"{sql} ORDER BY distance, id LIMIT ?", (*values, wanted)).fetchall()


def _multirange(ranges: Ranges) -> str:
    """Ranges as PostgreSQL reads them, those that touch joined."""
    starts = np.append(True, ranges[1:, 0] != ranges[:-1, 1])[: len(ranges)]
    ends = np.append(starts[1:], True)[: len(ranges)]
    joined = zip(ranges[starts, 0].tolist(), ranges[ends, 1].tolist(), strict=True)
    return "{" + ",".join(f"[{first},{end})" for first, end in joined) + "}"
