"""A mail server for the browser journeys: takes mail on 127.0.0.1 and writes each as a JSON file.

    python3 testing/mail_sink.py FOLDER [--port 0]

Prints one line, "listening <port>", then serves until it is ended. Mail number 1 becomes FOLDER/0001.json:
{"from", "to", "subject", "text", "html", "headers"}. A recipient whose address begins with "refused" is
refused for good (550), one with "later" for now (451).
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import pathlib
import re


def described(sender, recipients, data):
    message = email.message_from_bytes(data, policy=email.policy.default)
    bodies = {}
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        text = part.get_content() if part is not None else ""
        bodies[kind] = text.replace("\r\n", "\n")
    return {
        "from": sender,
        "to": recipients,
        "subject": str(message["Subject"] or ""),
        "text": bodies["plain"],
        "html": bodies["html"],
        "headers": {name: str(value) for name, value in message.items()},
    }


class Sink:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    def keep(self, sender, recipients, data):
        self.count += 1
        path = self.folder / f"{self.count:04}.json"
        # Whoever waits for the file finds it whole.
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(described(sender, recipients, data), indent=1), "utf-8")
        os.replace(draft, path)

    async def data_of(self, reader):
        lines = []
        while True:
            line = await reader.readuntil(b"\r\n")
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line[1:] if line.startswith(b".") else line)

    async def talk(self, reader, writer):
        sender, recipients = "", []

        def say(text):
            writer.write(text.encode() + b"\r\n")

        say("220 sink")
        try:
            while True:
                await writer.drain()
                line = (await reader.readuntil(b"\r\n")).decode("utf-8", "replace").strip()
                command = line[:4].upper()
                address = (re.findall("<(.*?)>", line) or [""])[0]
                if command == "QUIT":
                    say("221 bye")
                    break
                if command == "MAIL":
                    sender, recipients = address, []
                if command == "RCPT" and address.startswith("refused"):
                    say("550 5.1.1 Nobody of that name is here")
                elif command == "RCPT" and address.startswith("later"):
                    say("451 4.7.1 Try again later")
                elif command == "DATA":
                    say("354 go on")
                    await writer.drain()
                    self.keep(sender, recipients, await self.data_of(reader))
                    say("250 kept")
                else:
                    if command == "RCPT":
                        recipients.append(address)
                    say("250 fine")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--port", type=int, default=0)
    chosen = arguments.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    sink = Sink(chosen.folder)
    server = await asyncio.start_server(sink.talk, "127.0.0.1", chosen.port)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
