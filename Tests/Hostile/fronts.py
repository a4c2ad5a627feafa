"""TLS in front of a server that knows none, and HTTP/2 servers that fail on cue."""

import asyncio
import contextlib
import ssl
import threading

SETTINGS, HEADERS, DATA, RST_STREAM, GOAWAY = 4, 1, 0, 3, 7
END_STREAM, END_HEADERS, ACKNOWLEDGED = 1, 4, 1
NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM = 0, 2, 7
# `:status 200`, from HPACK's static table (RFC 7541, appendix A).
OK = b"\x88"


def frame(kind, flags=0, stream=0, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def goaway(last_stream, error):
    return frame(GOAWAY, payload=last_stream.to_bytes(4, "big") + error.to_bytes(4, "big"))


def reset(stream, error):
    return frame(RST_STREAM, stream=stream, payload=error.to_bytes(4, "big"))


def head(stream):
    return frame(HEADERS, END_HEADERS, stream, OK)


# What is sent in answer to a request on a stream, and whether the connection ends with it.
HTTP2_ACTS = {
    "h2-goaway-before-head": lambda stream: (goaway(stream, INTERNAL_ERROR), True),
    "h2-goaway-in-body": lambda stream: (head(stream) + frame(DATA, 0, stream, b"{") + goaway(stream, INTERNAL_ERROR), True),
    "h2-goaway-unprocessed": lambda stream: (goaway(0, NO_ERROR), True),
    "h2-reset-before-head": lambda stream: (reset(stream, INTERNAL_ERROR), False),
    "h2-reset-in-body": lambda stream: (head(stream) + frame(DATA, 0, stream, b"{") + reset(stream, INTERNAL_ERROR), False),
    "h2-reset-refused": lambda stream: (reset(stream, REFUSED_STREAM), False),
    "h2-garbage": lambda stream: (b"HTTP/1.1 200 OK\r\n\r\n" * 10, True),
    "h2-endless-body": lambda stream: (head(stream) + frame(DATA, 0, stream, b"{"), False),
}


class Fronts:
    """Servers on loopback, in a thread of their own, that end with the block."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key
        self.requests = {}
        self.loop = asyncio.new_event_loop()

    def __enter__(self):
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        async def end():
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def listen(self, serve, protocol):
        """A server with this protocol of ALPN; gives its port."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        context.set_alpn_protocols([protocol])
        starting = asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        server = asyncio.run_coroutine_threadsafe(starting, self.loop).result()
        return server.sockets[0].getsockname()[1]

    def before(self, host, port):
        """TLS in front of a server: bytes pass through as they are."""

        async def serve(reader, writer):
            try:
                behind_reader, behind_writer = await asyncio.open_connection(host, port)
            except OSError:
                return writer.transport.abort()
            up = asyncio.ensure_future(pass_on(reader, behind_writer))
            down = asyncio.ensure_future(pass_on(behind_reader, writer))
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
            for end in (writer, behind_writer):
                end.close()

        return self.listen(serve, "http/1.1")

    def http2(self, act):
        """An HTTP/2 server that plays an act for each request; gives its port."""

        async def serve(reader, writer):
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                # RFC 9113 §3.4
                await reader.readexactly(24)
                writer.write(frame(SETTINGS))
                while True:
                    head = await reader.readexactly(9)
                    payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
                    kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big")
                    if kind == SETTINGS and not flags & ACKNOWLEDGED:
                        writer.write(frame(SETTINGS, ACKNOWLEDGED))
                    elif kind == HEADERS:
                        self.requests[act] = self.requests.get(act, 0) + 1
                        answer, ends = HTTP2_ACTS[act](stream)
                        writer.write(answer)
                        if ends:
                            break
                    await writer.drain()
            writer.close()

        return self.listen(serve, "h2")


async def pass_on(reader, writer):
    with contextlib.suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
