"""Certificates of every kind, made by the openssl command in a directory that goes when the run ends."""

import datetime
import subprocess
import threading

CONFIGURATION = """
[ca]
default_ca = this
[this]
database = {directory}/index
serial = {directory}/serial
new_certs_dir = {directory}
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def day(offset):
    """Midnight of the day that many days from now, as `openssl ca` takes it."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=offset)).strftime("%Y%m%d000000Z")


class Authority:
    """A certificate authority; `certificate` is what to trust."""

    def __init__(self, directory, name):
        self.directory = directory / name
        self.directory.mkdir()
        # `openssl ca` keeps its books in files.
        self.books = threading.Lock()
        self.configuration = self.directory / "configuration"
        self.configuration.write_text(CONFIGURATION.format(directory=self.directory))
        (self.directory / "index").touch()
        (self.directory / "serial").write_text("01\n")
        self.certificate, self.key = self.self_signed(name, "CA:TRUE")

    def self_signed(self, name, constraints="CA:FALSE"):
        """A certificate that nobody signed but itself, and its key."""
        certificate, key = self.directory / f"{name}.pem", self.directory / f"{name}.key"
        openssl(
            "req", "-x509", "-config", self.configuration, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", key, "-out", certificate, "-days", 90, "-subj", f"/CN={name}",
            "-addext", f"basicConstraints=critical,{constraints}", "-addext", "subjectAltName=DNS:localhost",
        )
        return certificate, key

    def issue(self, name, host="localhost", days=(-1, 2)):
        """A certificate for `host` that is valid within `days` from now, and its key."""
        certificate, key, request = (self.directory / f"{name}.{kind}" for kind in ("pem", "key", "csr"))
        openssl(
            "req", "-new", "-config", self.configuration, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", key, "-out", request, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{host}",
        )
        with self.books:
            openssl(
                "ca", "-batch", "-notext", "-config", self.configuration, "-cert", self.certificate, "-keyfile", self.key,
                "-in", request, "-out", certificate, "-startdate", day(days[0]), "-enddate", day(days[1]),
            )
        return certificate, key
