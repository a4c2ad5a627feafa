#!/usr/bin/env python3
"""What two libraries of Python take for the same things, under the names that service-token-benchmarks gives its figures.

    peers.py (authlib|msal) (hit.1|hit.2|hit.8|fetch.1) ISSUER

Authlib is asked as its session does before each request; MSAL, which takes no plain http, through a client of HTTP that
answers its discovery and takes off the s of https.
"""

import json
import statistics
import sys
import threading
import time

import requests

SCOPE = "converter:job.read converter:job.write files:download.delegate files:download.read0"


class Authlib:
    def __init__(self, issuer):
        from authlib.integrations.requests_client import OAuth2Session

        self.url = f"{issuer}/oauth/token"
        self.session = OAuth2Session("benchmark", "secret", scope=SCOPE, token_endpoint=self.url,
                                     token_endpoint_auth_method="client_secret_basic", grant_type="client_credentials")
        self.fetch()

    def hit(self):
        assert self.session.ensure_active_token(self.session.token)
        return self.session.token["access_token"]

    def fetch(self):
        self.session.fetch_token(self.url, grant_type="client_credentials")


class MSAL:
    def __init__(self, issuer):
        import msal

        self.make = lambda: msal.ConfidentialClientApplication(
            "benchmark", client_credential="secret", oidc_authority=issuer.replace("http:", "https:"),
            http_client=self.http, validate_authority=False)
        self.http = Discovered(issuer)
        self.application = self.make()
        self.hit()

    def hit(self):
        return self.application.acquire_token_for_client(SCOPE.split(" "))["access_token"]

    def fetch(self):
        self.application.remove_tokens_for_client()
        self.hit()


class Discovered:
    """A requests.Session to which the server's metadata are known."""

    def __init__(self, issuer):
        self.session = requests.Session()
        secure = issuer.replace("http:", "https:")
        self.metadata = {"issuer": secure, "token_endpoint": f"{secure}/oauth/token",
                         "authorization_endpoint": f"{secure}/authorize"}

    def get(self, url, **_):
        answer = requests.Response()
        answer.status_code, answer._content = 200, json.dumps(self.metadata).encode()
        return answer

    def post(self, url, **options):
        return self.session.post(url.replace("https:", "http:"), **options)

    def close(self):
        self.session.close()


def report(name, unit, samples):
    print(json.dumps({"name": name, "unit": unit, "median": statistics.median(samples), "min": min(samples),
                      "max": max(samples)}))


def hits(client, threads, calls):
    def loop():
        for _ in range(calls):
            client.hit()

    workers = [threading.Thread(target=loop) for _ in range(threads)]
    began = time.perf_counter_ns()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return (time.perf_counter_ns() - began) / (threads * calls)


def fetches(client):
    processor, began, calls = time.process_time_ns(), time.perf_counter_ns(), 0
    while time.perf_counter_ns() - began < 1e9:
        client.fetch()
        calls += 1
    return calls * 1e9 / (time.perf_counter_ns() - began), (time.process_time_ns() - processor) / 1e3 / calls


def main(which, name, issuer):
    client = {"authlib": Authlib, "msal": MSAL}[which](f"{issuer}/0/31536000")
    kind, count = name.split(".")
    if kind == "hit":
        calls = (100_000 if which == "authlib" else 5_000) // int(count)
        report(name, "ns", [hits(client, int(count), calls) for _ in range(5)])
    else:
        fetches(client)
        samples = [fetches(client) for _ in range(3)]
        report(name, "1/s", [rate for rate, _ in samples])
        report(f"cpu.{name}", "µs", [processor for _, processor in samples])


main(*sys.argv[1:])
