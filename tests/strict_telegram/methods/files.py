"""getFile: where the bot can fetch the bytes of what people sent."""

from __future__ import annotations

from typing import Any

from aiogram import types
from aiogram.methods import GetFile

from tests.strict_telegram.fake import Fake
from tests.strict_telegram.journal import Entry
from tests.strict_telegram.refusals import FILE_ID_INVALID, FILE_TOO_BIG, bad_request
from tests.strict_telegram.rendering import checked

Json = dict[str, Any]

LARGEST = 20 << 20  # bytes (Client.h, MAX_DOWNLOAD_FILE_SIZE)


async def get_file(fake: Fake, call: GetFile, entry: Entry) -> Json:
    """The path of a file, from which it can be fetched."""
    upload = fake.world.uploads.get(call.file_id)
    if upload is None:
        raise bad_request(FILE_ID_INVALID)
    if len(upload.data) > LARGEST:
        raise bad_request(FILE_TOO_BIG)
    made = {
        "file_id": upload.id,
        "file_unique_id": upload.unique_id,
        "file_size": len(upload.data),
        "file_path": upload.path,
    }
    return checked(types.File, made)
