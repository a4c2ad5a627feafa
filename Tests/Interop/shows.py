"""What the built command promises to scripts, shown against a real server: shared by Tests/Interop/run and Tests/TLS/run."""

import calendar
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SECRET = "s3cr3t+/=& %x"
SCOPE = "converter:job.write converter:job.read"
TRANSPORTS = ["curl", "urlsession"]
CHECK_CANARY = HERE.parent.parent / "Scripts/check-canary"


class Failure(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Failure(message)


class Run:
    """One finished run of the command."""

    def __init__(self, arguments, status, output, errors, seconds):
        self.arguments, self.status, self.seconds = arguments, status, seconds
        self.output, self.errors = output.decode(), errors.decode()

    def ended(self, status):
        expect(
            self.status == status,
            f"'{' '.join(self.arguments)}' ended with {self.status}, not {status}:\n{self.errors}",
        )
        return self

    @property
    def token(self):
        """What a script reads: the token and a newline, nothing else."""
        lines = self.output.split("\n")
        expect(len(lines) == 2 and lines[0] and not lines[1], "standard output is not one token and a newline")
        self.output = ""
        return lines[0]

    @property
    def object(self):
        """What a script reads with --json: one object and a newline, nothing else."""
        expect(self.output.count("\n") == 1 and self.output.endswith("\n"), "standard output is not one line")
        parsed = json.loads(self.output)
        if "error" not in parsed:
            self.output = ""
        return parsed

    @property
    def error(self):
        return self.object["error"]


class Record:
    """What was shown, and what was printed meanwhile."""

    def __init__(self):
        self.rows, self.runs, self.tokens = [], [], []

    def row(self, transport, what, result):
        self.rows.append((transport, what, result))

    def nothing_leaked(self, directory):
        """Whatever was printed besides the tokens, searched for the secret in all its forms and for the tokens."""
        printed = "".join(run.errors + run.output for run in self.runs)
        for token in self.tokens:
            expect(token not in printed, "a token shows outside of standard output")
        log = directory / "printed"
        log.write_text(printed)
        search = subprocess.run([CHECK_CANARY, log], capture_output=True, text=True, check=False)
        expect(search.returncode == 0, search.stdout + search.stderr)
        self.row("both", f"what {len(self.runs)} runs printed besides {len(self.tokens)} tokens", "neither secret nor token")

    def print(self):
        widths = [max(len(row[column]) for row in self.rows) for column in range(3)]
        for row in self.rows:
            print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())


class Shows:
    """Runs `command`, a list of words, with the configuration of Glewlwyd's client and with `settings`.

    `options` of a run are those of its process.
    """

    def __init__(self, command, record, directory, issuer, **settings):
        self.command, self.record, self.directory = command, record, directory
        self.environment = {
            "PATH": os.environ["PATH"],
            "MC_ISSUER": issuer,
            "MC_CLIENT_ID": "visionA",
            "MC_CLIENT_SECRET": SECRET,
        } | settings

    def start(self, arguments, options=None, **changes):
        environment = {key: value for key, value in (self.environment | changes).items() if value is not None}
        return subprocess.Popen(
            [*self.command, *arguments], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **(options or {}),
        )

    def finish(self, process, arguments, began):
        try:
            output, errors = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure(f"'{' '.join(arguments)}' did not end within a minute") from None
        run = Run(arguments, process.returncode, output, errors, time.monotonic() - began)
        self.record.runs.append(run)
        return run

    def __call__(self, *arguments, options=None, **changes):
        began = time.monotonic()
        return self.finish(self.start(arguments, options, **changes), arguments, began)

    def with_server(self, transport):
        on = ("--transport", transport)
        get = ("get", "--scope", SCOPE, *on)

        run = self(*get).ended(0)
        token = run.token
        expect(token.count(".") == 2, "the token is no JWT, which this server issues")
        self.record.tokens.append(token)
        self.record.row(transport, "get, secret with + / = & % and a blank, basic-raw", "a JWT, exit 0")

        answer = self(*get, "--json").ended(0).object
        self.record.tokens.append(answer["access_token"])
        expect(
            set(answer) == {"access_token", "token_type", "expires_in", "expires_at", "scope"},
            f"--json holds other keys: {sorted(answer)}",
        )
        expect(answer["token_type"].lower() == "bearer", "token_type is not Bearer")
        expect(3500 <= answer["expires_in"] <= 3600, f"expires_in is {answer['expires_in']}, not an hour")
        expect(sorted(answer["scope"].split()) == sorted(SCOPE.split()), f"the scope is {answer['scope']}")
        expires_at = calendar.timegm(time.strptime(answer["expires_at"][:19], "%Y-%m-%dT%H:%M:%S"))
        expect(answer["expires_at"].endswith("Z") and abs(expires_at - time.time() - 3600) < 60, "expires_at is no hour away")
        self.record.row(transport, "get --json", "five keys, expires in an hour, exit 0")

        file = self.directory / "secret"
        file.write_text(SECRET + "\n")
        file.chmod(0o600)
        run = self(*get, MC_CLIENT_SECRET=None, MC_CLIENT_SECRET_FILE=str(file)).ended(0)
        self.record.tokens.append(run.token)
        self.record.row(transport, "get, secret from a file that ends with a newline", "a token, exit 0")

        run = self(*get, "--client-auth", "basic-encoded", "--json").ended(77)
        expect("basic-raw" in run.errors, f"the refusal does not name basic-raw:\n{run.errors}")
        expect(run.error["code"] == "service_client_unauthorized" and run.error["status"] in (401, 403), str(run.error))
        expect(run.error["attempts"] == 1, "a refused secret was sent more than once")
        self.record.row(transport, "get --client-auth basic-encoded", f"refused with {run.error['status']}, names basic-raw, exit 77")

        run = self(*get, "--client-auth", "post", "--json")
        if run.status == 0:
            self.record.tokens.append(run.object["access_token"])
            self.record.row(transport, "get --client-auth post", "a token, exit 0")
        else:
            run.ended(77)
            self.record.row(transport, "get --client-auth post", f"refused with {run.error['status']}, exit 77")

        run = self(*get, "--json", MC_CLIENT_SECRET="wrong").ended(77)
        expect(run.error["attempts"] == 1 and run.error["endpoint"] == "service_token", str(run.error))
        self.record.row(transport, "get, wrong secret", f"refused with {run.error['status']}, one attempt, exit 77")

        run = self("get", "--scope", "no:such", *on, "--json").ended(70)
        expect(run.error["code"] == "idp_misconfigured" and run.error["status"] == 400, str(run.error))
        expect(run.error["oauth_error"], "oauth_error is missing")
        self.record.row(transport, "get, unknown scope", f"idp_misconfigured, oauth_error {run.error['oauth_error']}, exit 70")

        run = self("download", "--tenant", "t1", "--user", "u1", "--object", "users/42/report.pdf", *on, "--json").ended(70)
        expect(run.error["code"] == "download_token_failed" and run.error["status"] == 404, str(run.error))
        expect(run.error["endpoint"] == "delegated_download" and run.error["attempts"] == 1, str(run.error))
        self.record.row(transport, "download, an endpoint that this server has not", "download_token_failed, status 404, exit 70")

    def with_silence(self, transport, port=0, issuer=None):
        """Ctrl-C while a server has taken the request and says nothing: the one that listens on `port`."""
        with socket.create_server(("127.0.0.1", port)) as listener:
            listener.settimeout(20)
            arguments = ("get", "--scope", SCOPE, "--transport", transport)
            process = self.start(arguments, MC_ISSUER=issuer or f"http://127.0.0.1:{listener.getsockname()[1]}")
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
                began = time.monotonic()
                process.send_signal(signal.SIGINT)
                run = self.finish(process, arguments, began).ended(130)
        expect(run.seconds < 2, f"Ctrl-C took {run.seconds:.1f} s")
        expect(not run.output, "an interrupted run prints something on standard output")
        self.record.row(transport, "get, Ctrl-C while the server is silent", "at once, exit 130")

    def without_server(self, transport, **changes):
        run = self("get", "--scope", SCOPE, "--transport", transport, "--json", **changes).ended(69)
        expect(run.error["code"] == "idp_unavailable" and run.error["attempts"] == 3, str(run.error))
        attempts = run.errors.count("conversion.mc_token.network_error")
        expect(attempts == 3, f"the log tells of {attempts} attempts, not 3:\n{run.errors}")
        expect(run.errors.count("conversion.mc_token.retry_exhausted") == 1, "no retry_exhausted in the log")
        expect(3.0 <= run.seconds < 6, f"three attempts and the waits of 1 s and 2 s took {run.seconds:.1f} s")
        self.record.row(transport, "get, server stopped", f"three attempts in {run.seconds:.1f} s, exit 69")


given_out = set()


def free_port():
    """A port that nobody has. None twice: the system may give one again that its first user has not taken yet."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        if port not in given_out:
            given_out.add(port)
            return port


@contextlib.contextmanager
def running(command, is_ready, **options):
    """A server that runs within the block, entered once it is ready; options are those of a process."""
    process = subprocess.Popen(command, stderr=subprocess.STDOUT, **options)
    try:
        while not is_ready():
            expect(process.poll() is None, f"{command[0]} did not start; see what it said")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def glewlwyd(directory):
    """Glewlwyd on a free port, which it gives; see the script beside this."""
    port = free_port()
    with open(directory / "glewlwyd.out", "w+") as output:
        try:
            with running(
                [HERE / "glewlwyd", str(directory), str(port)], (directory / "ready").exists, stdout=output
            ):
                yield port
        except Failure:
            output.seek(0)
            print(output.read(), end="")
            raise


def main(prove, name, document, arguments):
    """Calls `prove` with the built command, the directory and the record; prints what was shown."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if len(arguments) != 2:
        sys.exit(document)
    record = Record()
    try:
        with tempfile.TemporaryDirectory() as directory:
            prove(os.path.abspath(arguments[1]), pathlib.Path(directory), record)
            record.nothing_leaked(pathlib.Path(directory))
    except Failure as failure:
        sys.exit(f"{name}: {failure}")
    record.print()
    print(f"{name}: {len(record.rows)} things shown")
