#!/usr/bin/python3
"""A real OAuth 2.0 authorization server on loopback: Authlib's, on Flask, both Debian packages, with one client registered.

  authlib_server.py PORT    the issuer is then http://localhost:PORT

The client is visionA with the secret s3cr3t+/=& %x, for client_secret_basic and client_secret_post. Behind bearer tokens it
has an API, /jobs, and the endpoint of download tokens, which the server of the other package has not.
"""

import os
import sys

# It is for loopback only.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6749.util import list_to_scope, scope_to_list
from authlib.oauth2.rfc6750 import BearerTokenValidator
from flask import Flask, jsonify, request

SCOPES = ["converter:job.write", "converter:job.read", "files:download.read", "files:download.delegate"]


class Client(ClientMixin):
    """The one client."""

    def get_client_id(self):
        return "visionA"

    def check_client_secret(self, client_secret):
        return client_secret == "s3cr3t+/=& %x"

    def check_endpoint_auth_method(self, method, endpoint):
        return method in ("client_secret_basic", "client_secret_post")

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope):
        return list_to_scope([value for value in scope_to_list(scope or "") if value in SCOPES])


class Token(TokenMixin):
    """A token that was issued; none of them expires while this runs."""

    def __init__(self, client, scope):
        self.client, self.scope = client, scope

    def check_client(self, client):
        return client is self.client

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return 864000

    def is_expired(self):
        return False

    def is_revoked(self):
        return False


class Grant(grants.ClientCredentialsGrant):
    """RFC 6749 §4.4, with both forms of client authentication."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


class Validator(BearerTokenValidator):
    """Knows the tokens that were issued."""

    def authenticate_token(self, token_string):
        return tokens.get(token_string)


client, tokens = Client(), {}
app = Flask(__name__)
app.config["OAUTH2_SCOPES_SUPPORTED"] = SCOPES
server = AuthorizationServer(
    app,
    query_client=lambda client_id: client if client_id == "visionA" else None,
    save_token=lambda token, request: tokens.update({token["access_token"]: Token(request.client, token["scope"])}),
)
server.register_grant(Grant)
require = ResourceProtector()
require.register_token_validator(Validator())


@app.post("/oauth/token")
def token():
    return server.create_token_response()


@app.get("/jobs")
@require("converter:job.read")
def jobs():
    return jsonify(jobs=[], scope=current_token.scope)


@app.post("/file-access/download-tokens")
@require("files:download.delegate")
def download_token():
    asked = request.get_json()
    return jsonify(token=f"for-{asked['user_id']}", expires_in_seconds=asked["expires_in_seconds"])


app.run("127.0.0.1", int(sys.argv[1]), threaded=True)
