"""A party that reads as many bytes as an authorisation has, answers as many as its answer has, and hangs up.

`python -m benchmarks.bare.echo` prints its port when it listens, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys

REQUEST_BYTES, ANSWER_BYTES = 540, 465


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(REQUEST_BYTES)
    writer.write(bytes(ANSWER_BYTES))
    await writer.drain()
    writer.close()


async def main() -> None:
    """Serve until the parent is gone."""
    line = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(line.sockets[0].getsockname()[1], flush=True)
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), over.set)
    await over.wait()


if __name__ == "__main__":
    asyncio.run(main())
