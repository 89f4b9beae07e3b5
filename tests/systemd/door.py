"""What answers inside the private machine: runs a line of shell for whoever knocks at its socket."""

import json
import socket
import subprocess
import sys


def main(path: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(path)
        door.listen()
        while True:
            guest, _ = door.accept()
            with guest, guest.makefile("rw") as words:
                done = subprocess.run(  # noqa: S602  # a line of shell is what was asked for
                    words.readline(), shell=True, capture_output=True, text=True, check=False
                )
                words.write(json.dumps([done.returncode, done.stdout, done.stderr]))


if __name__ == "__main__":
    main(sys.argv[1])
