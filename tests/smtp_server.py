"""A real mail server for the tests: aiosmtpd with encryption and a password.

smtp_server.py starttls|tls CERTIFICATE KEY FOLDER: prints its port, and keeps every message it takes in FOLDER.
"""

import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = b"grants@opcc.example", b"p+a ss@word/%"


class Keep:
    def __init__(self, folder):
        self.folder, self.count = folder, 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        path = os.path.join(self.folder, f"{self.count:06}.eml")
        with open(path, "wb") as file:
            file.write(envelope.original_content)
            file.flush()
            os.fsync(file.fileno())
        return "250 2.0.0 kept"


def sign_in(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=right, handled=False)


async def main(mode, certificate, key, folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    keep = Keep(folder)

    def session():
        wrapped = mode == "tls"
        return SMTP(
            keep,
            tls_context=None if wrapped else context,
            require_starttls=not wrapped,
            authenticator=sign_in,
            auth_required=True,
            auth_require_tls=not wrapped,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
