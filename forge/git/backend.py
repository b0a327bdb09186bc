"""The bridge from an HTTP request to the CGI program `git http-backend`."""

import os
import subprocess
import tempfile
import zlib
from collections.abc import AsyncIterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from forge.git.command import isolated_environment
from forge.git.hook import (
    RULES_VARIABLE,
    WORKFLOWS_REFUSED,
    WORKFLOWS_VARIABLE,
    RefRule,
    encode_rules,
)

Service = Literal["git-upload-pack", "git-receive-pack"]

_CHUNK = 64 * 1024
MAX_BODY_BYTES = 512 * 1024 * 1024


class BodyRefused(Exception):
    """The request body is above `MAX_BODY_BYTES`, or is not the gzip it says it is."""


@dataclass(frozen=True, slots=True)
class GitRequest:
    """One HTTP request to a repository; `path` is what follows the repository in the URL."""

    repository: Path
    path: str
    method: str
    query: str
    content_type: str
    protocol: str
    body: IO[bytes]
    body_length: int
    user: str
    rules: tuple[RefRule, ...] = ()
    may_change_workflows: bool = True


@dataclass(frozen=True, slots=True)
class GitResponse:
    """What git answered; the body is produced while it is read and ends with the process."""

    status: int
    headers: list[tuple[str, str]]
    body: Iterator[bytes]


async def spool(chunks: AsyncIterable[bytes], encoding: str) -> tuple[IO[bytes], int]:
    """Keep a request body, unzipped, in a temporary file; answer it and its length in bytes.

    Raises `BodyRefused`.
    """
    kept: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in encoding else None
    length = 0
    async for chunk in chunks:
        pending = chunk
        while pending:
            try:
                data = pending if unzip is None else unzip.decompress(pending, _CHUNK)
            except zlib.error as error:
                raise BodyRefused(str(error)) from error
            pending = b"" if unzip is None else unzip.unconsumed_tail
            length += len(data)
            if length > MAX_BODY_BYTES:
                raise BodyRefused(f"above {MAX_BODY_BYTES} bytes")
            kept.write(data)
    kept.seek(0)
    return kept, length


def call_backend(request: GitRequest) -> GitResponse:
    """Start `git http-backend` on the request and read its headers."""
    environment = isolated_environment(
        {
            "GIT_PROJECT_ROOT": str(request.repository),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query,
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.content_type,
            "CONTENT_LENGTH": str(request.body_length),
            "GIT_PROTOCOL": request.protocol,
            "REMOTE_USER": request.user,
            "REMOTE_ADDR": "127.0.0.1",
            RULES_VARIABLE: encode_rules(request.rules),
            WORKFLOWS_VARIABLE: "" if request.may_change_workflows else WORKFLOWS_REFUSED,
        }
    )
    request.body.flush()
    # the child shares the file's offset, which Python's own buffer may have run ahead of
    os.lseek(request.body.fileno(), 0, os.SEEK_SET)
    process = subprocess.Popen(
        ["git", "http-backend"],
        stdin=request.body,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    request.body.close()
    if process.stdout is None:
        raise AssertionError("stdout was asked for")
    status, headers = _read_headers(process.stdout)
    return GitResponse(status, headers, _drain(process, process.stdout))


def _read_headers(stream: IO[bytes]) -> tuple[int, list[tuple[str, str]]]:
    status = 200
    headers = []
    while line := stream.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "status":
            status = int(value.split()[0])
        else:
            headers.append((name, value.strip()))
    return status, headers


def _drain(process: subprocess.Popen[bytes], stream: IO[bytes]) -> Iterator[bytes]:
    try:
        while chunk := stream.read(_CHUNK):
            yield chunk
    finally:
        stream.close()
        process.wait()
