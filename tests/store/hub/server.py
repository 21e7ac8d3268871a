"""A server on this machine that imitates the hub as far as relxfer uses it: information, files, upload and commit."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

TOKEN = "hf_" + "t" * 20
LARGE = (".safetensors", ".tsv")


def git_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Hub(ThreadingHTTPServer):
    """Repositories with commits.

    repos   name -> the files of each commit, the last one at "main"
    faults  path in a repository -> what goes wrong: "wrong", "short", "refused", or how often the server breaks down
    asked   "METHOD path" of every request
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.repos: dict[str, dict[str, dict[str, bytes]]] = {}
        self.private: dict[str, bool] = {}
        self.uploaded: dict[str, bytes] = {}
        self.faults: dict[str, str | int] = {}
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def commit(self, name: str, files: dict[str, bytes]) -> str:
        commits = self.repos.setdefault(name, {"main": {}})
        made = {**commits["main"], **files}
        oid = hashlib.sha1(repr(sorted((path, git_id(each)) for path, each in made.items())).encode()).hexdigest()
        commits[oid] = commits["main"] = made
        return oid

    def head(self, name: str) -> str:
        commits = self.repos[name]
        return next(oid for oid in reversed(commits) if oid != "main" and commits[oid] is commits["main"])

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self


class Answers(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._body = b""
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(f"{self.command} {path}")
        kind, _, rest = path[1:].partition("/resolve/")
        if rest:
            return self._file(kind.removeprefix("datasets/"), *rest.split("/", 1))
        if not path.startswith("/api/"):
            return self._say(404, {"error": "Not found"})
        name, _, revision = path.split("/", 3)[3].partition("/revision/")
        return self._info(name, revision or "main")

    do_HEAD = do_GET

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(f"{self.command} {path}")
        if self.command == "PUT":
            self.server.uploaded[path.rpartition("/")[2]] = body
            return self._say(200, {})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._say(401, {"error": "Invalid credentials"})
        if path == "/api/repos/create":
            asked = json.loads(body)
            name = f"{asked['organization']}/{asked['name']}"
            if name in self.server.repos:
                return self._say(409, {"error": "It is there", "url": f"{self.server.address}/{name}"})
            self.server.private[name] = asked.get("private", False) or asked.get("visibility") == "private"
            self.server.commit(name, {})
            return self._say(200, {"url": f"{self.server.address}/{name}", "name": name})
        if path == "/api/validate-yaml":
            return self._say(200, {"errors": [], "warnings": []})
        if path.endswith("/info/lfs/objects/batch"):
            return self._say(200, {"objects": [self._place(each) for each in json.loads(body)["objects"]]})
        name, _, call = path.removeprefix("/api/models/").partition("/preupload/")
        if call:
            modes = [
                {"path": each["path"], "uploadMode": "lfs" if each["path"].endswith(LARGE) else "regular",
                 "shouldIgnore": False, "oid": None}
                for each in json.loads(body)["files"]
            ]  # fmt: skip
            return self._say(200, {"files": modes})
        name, _, call = path.removeprefix("/api/models/").partition("/commit/")
        files = dict(self._committed(json.loads(line)) for line in body.splitlines() if b'"header"' not in line)
        oid = self.server.commit(name, files)
        return self._say(200, {"commitUrl": f"{self.server.address}/{name}/commit/{oid}", "commitOid": oid})

    do_PUT = do_POST

    def _place(self, each):
        upload = {"href": f"{self.server.address}/upload/{each['oid']}", "header": {}}
        return {"oid": each["oid"], "size": each["size"], "actions": {"upload": upload}}

    def _committed(self, line):
        value = line["value"]
        if line["key"] == "lfsFile":
            return value["path"], self.server.uploaded[value["oid"]]
        return value["path"], base64.b64decode(value["content"])

    def _commit(self, name, revision):
        """The commit with a revision, and its files; None where it was answered that there is none."""
        commits = self.server.repos.get(name)
        own = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        if commits is None or (self.server.private.get(name) and not own):
            return self._say(401, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
        if revision not in commits:
            return self._say(404, {"error": "Invalid rev id"}, {"X-Error-Code": "RevisionNotFound"})
        return self.server.head(name) if revision == "main" else revision, commits[revision]

    def _info(self, name, revision):
        if self._breaks("info"):
            return None
        found = self._commit(name, revision)
        if found is None:
            return None
        files = [
            {"rfilename": path, "size": len(each), "blobId": git_id(each)}
            | ({"lfs": {"sha256": hashlib.sha256(each).hexdigest(), "size": len(each), "pointerSize": 1}}
               if path.endswith(LARGE) else {})
            for path, each in found[1].items()
        ]  # fmt: skip
        return self._say(200, {"_id": "1", "id": name, "modelId": name, "sha": found[0], "siblings": files})

    def _file(self, name, revision, path):
        if self._breaks(path):
            return None
        found = self._commit(name, revision)
        if found is None:
            return None
        oid, files = found
        if path not in files:
            return self._say(404, {"error": "Entry not found"}, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": oid})
        content, fault = files[path], self.server.faults.get(path)
        tag = hashlib.sha256(content).hexdigest() if path.endswith(LARGE) else git_id(content)
        size, content = len(content), bytes(reversed(content)) if fault == "wrong" else content
        self.send_response(200)
        for key, value in {"X-Repo-Commit": oid, "ETag": f'"{tag}"', "Content-Length": str(size)}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content[: size // 2] if fault == "short" else content)
            self.close_connection = fault == "short"
        return None

    def _breaks(self, path):
        left = self.server.faults.get(path)
        if not isinstance(left, int) or not left:
            return False
        self.server.faults[path] = left - 1
        self._say(503, {"error": "busy"})
        return True

    def _say(self, code, answer, headers=None):
        body = json.dumps(answer).encode()
        self.send_response(code)
        for key, value in {
            "Content-Length": str(len(body)),
            "Content-Type": "application/json",
            **(headers or {}),
        }.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
