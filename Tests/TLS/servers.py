"""The servers of Tests/TLS/run: nginx in front of Glewlwyd with a port for each kind of TLS, and one that fails on cue."""

import contextlib
import socket
import ssl
import threading

import shows

NGINX = """
daemon off;
master_process off;
pid {directory}/nginx.pid;
events {{}}
http {{
  log_format proof '$server_port $server_protocol $ssl_protocol $status';
  access_log {directory}/access.log proof;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  proxy_set_header Host localhost;
  {servers}
}}
"""

SERVER = """
  server {{
    listen {address}:{port} {kind};
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols {protocols};
    {more}
    location / {{ proxy_pass http://127.0.0.1:{upstream}; }}
  }}
"""


class Nginx:
    """nginx with one port for each server that was added; what it answers comes from elsewhere."""

    def __init__(self, directory, upstream):
        self.directory, self.upstream = directory, upstream
        self.ports, self.servers = {}, []

    def add(self, name, certificate, protocols="TLSv1.2 TLSv1.3", kind="ssl", more="", upstream=None,
            address="127.0.0.1"):
        port = self.ports[name] = shows.free_port()
        self.servers.append(
            SERVER.format(
                port=port, certificate=certificate[0], key=certificate[1], protocols=protocols, more=more,
                kind=kind, address=address, upstream=upstream or self.upstream,
            )
        )

    def issuer(self, name):
        return f"https://localhost:{self.ports[name]}/api/"

    def requests(self, name):
        """What the log holds of a server's requests: protocol, version of TLS and status of each."""
        lines = [line.split() for line in (self.directory / "access.log").read_text().splitlines()]
        return [tuple(rest) for port, *rest in lines if int(port) == self.ports[name]]

    @contextlib.contextmanager
    def running(self):
        configuration, log = self.directory / "nginx.conf", self.directory / "nginx.log"
        configuration.write_text(NGINX.format(directory=self.directory, servers="".join(self.servers)))
        port = next(iter(self.ports.values()))
        with open(log, "w") as output:
            # Where Debian has it, which is in no user's path.
            command = ["/usr/sbin/nginx", "-e", log, "-c", configuration]
            try:
                with shows.running(command, lambda: answers(port), stdout=output):
                    yield self
            except shows.Failure:
                print(log.read_text(), end="")
                raise


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


TOKEN = "canary-token-of-a-python"
OK = b'{"access_token":"%s","token_type":"Bearer","expires_in":60}' % TOKEN.encode()


class Fussy:
    """A server that asks for a client certificate and refuses in TLS itself, as nginx does not: that answers 400.

    It answers with a token and closes. Before the answer to the n-th connection, or its refusal, goes out, the n-th of
    `turns` is called; what it returns is the answer's status.
    """

    def __init__(self, certificate, client_authority=None, version=ssl.TLSVersion.TLSv1_3, turns=()):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = self.context.maximum_version = version
        self.context.load_cert_chain(*certificate)
        if client_authority:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(client_authority)
        self.turns, self.resumed, self.connections = list(turns), [], 0

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        # To close it would not wake whoever accepts. Afterwards the server has seen all that it will see.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join(60)
        self.listener.close()

    @property
    def issuer(self):
        return f"https://localhost:{self.listener.getsockname()[1]}/"

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            turn = self.turns.pop(0) if self.turns else lambda: None
            connection.settimeout(20)
            # The connection outlives TLS, so that an alert is read before it is closed: a reset would swallow it.
            with connection.dup() as plain:
                with contextlib.suppress(OSError):
                    self.answer(connection, turn)
                with contextlib.suppress(OSError):
                    plain.shutdown(socket.SHUT_WR)
                    while plain.recv(4096):
                        pass

    def answer(self, connection, turn):
        try:
            secure = self.context.wrap_socket(connection, server_side=True)
        except OSError:
            turn()
            raise
        with secure:
            self.resumed.append(secure.session_reused)
            received = b""
            while not received.endswith(b"scope=converter%3Ajob.read+converter%3Ajob.write"):
                piece = secure.recv(4096)
                if not piece:
                    return
                received += piece
            status = turn() or 200
            secure.sendall(b"HTTP/1.1 %d S\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (status, len(OK)) + OK)


@contextlib.contextmanager
def swallowing(port):
    """At this address `port` takes no connection and refuses none: whoever connects waits."""
    with contextlib.ExitStack() as held, socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen(0)
        connected = True
        while connected:
            client = held.enter_context(socket.socket())
            client.settimeout(0.3)
            connected = client.connect_ex(("127.0.0.1", port)) == 0
        yield


class Hasty:
    """A server that hangs up as soon as somebody says hello."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()
        return f"https://localhost:{self.listener.getsockname()[1]}/"

    def __exit__(self, *_):
        self.listener.close()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with connection:
                    connection.recv(4096)
