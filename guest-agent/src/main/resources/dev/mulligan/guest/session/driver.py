# The driver of a Python session: runs in the interpreter of the sandbox, beside the user's code, and speaks to the
# guest agent over one socket. See ControlFrames.java for the protocol. Python 3.8 or newer, standard library only.
import ast
import builtins
import fcntl
import linecache
import os
import signal
import struct
import sys
import traceback
import types
import warnings

DRIVER = __file__
DONE, EXCEPTION, INTERRUPTED, EXIT = range(4)
MOST_RESULT = 8 << 20
MOST_TRACEBACK = 256 << 10
MOST_MESSAGE = 64 << 10
MOST_SOURCES = 1000
AWAITABLE = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
IS_COROUTINE = 0x80
HIGH = 512
# In the order in which whoever shows a result would choose.
REPRESENTATIONS = (
    ("_repr_html_", "text/html"),
    ("_repr_png_", "image/png"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_json_", "application/json"),
)


class Control:
    """Our end of the socket. Moved to a high number: who writes to all the small ones does not hit it."""

    def __init__(self):
        try:
            self.fd = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, HIGH)
        except OSError:
            self.fd = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 3)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)

    def exactly(self, count):
        data = bytearray()
        while len(data) < count:
            chunk = os.read(self.fd, min(count - len(data), 1 << 20))
            if not chunk:
                # The guest agent is gone, and we with it.
                os._exit(0)
            data += chunk
        return bytes(data)

    def request(self):
        # Most requests come whole in one read.
        head = os.read(self.fd, 1 << 16)
        if not head:
            os._exit(0)
        if len(head) < 5:
            head += self.exactly(5 - len(head))
        kind, length = struct.unpack_from(">cI", head)
        rest = head[5:]
        return kind, rest + self.exactly(length - len(rest)) if len(rest) < length else rest

    def reply(self, payload):
        view = memoryview(struct.pack(">cI", b"R", len(payload)) + payload)
        while view:
            view = view[os.write(self.fd, view):]


class Fields:
    """A request's payload, taken from the front."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self):
        value, = struct.unpack_from(">I", self.data, self.at)
        self.at += 4
        return value

    def text(self):
        length = self.number()
        value = self.data[self.at:self.at + length].decode("utf-8", "surrogateescape")
        self.at += length
        return value


def field(data):
    return struct.pack(">I", len(data)) + data


def encoded(text, most=None):
    # Not every str is Unicode: lone surrogates are shown as Python would write them.
    data = str.encode(text, "utf-8", "backslashreplace")
    if most is not None and len(data) > most:
        half = most // 2
        data = data[:half] + b"\n[... %d bytes left out ...]\n" % (len(data) - 2 * half) + data[-half:]
    return data


class Results:
    """What a call returns, within its bounds."""

    def __init__(self):
        self.bundles = []
        self.room = MOST_RESULT

    def add(self, bundle):
        kept = {}
        for mime, data in bundle.items():
            if len(data) > self.room:
                note = "[%s: %d bytes (expected: at most %d for all results of a call)]" % (mime, len(data), MOST_RESULT)
                kept.setdefault("text/plain", note.encode())
            else:
                self.room -= len(data)
                kept[mime] = data
        self.bundles.append(kept)

    def payload(self):
        parts = [struct.pack(">I", len(self.bundles))]
        for bundle in self.bundles:
            parts.append(struct.pack(">I", len(bundle)))
            for mime, data in bundle.items():
                parts += field(mime.encode()), field(data)
        return b"".join(parts)


def as_bytes(mime, value):
    if value is None:
        return None
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if mime == "application/json" and not isinstance(value, str) or isinstance(value, (dict, list)):
        import json
        return encoded(json.dumps(value))
    if isinstance(value, str):
        if mime.startswith("image/") and mime != "image/svg+xml":
            import base64
            return base64.b64decode(value)
        return encoded(value)
    return None


def bundle_of(value):
    """The representations of a value. A class, or an instance that invents attributes, has none of its own: methods are
    looked up where Python looks up __repr__."""
    kind = type(value)
    bundle = {}

    def ask(name, mime, *arguments, **options):
        method = getattr(kind, name, None)
        if method is None:
            return None
        try:
            return method(value, *arguments, **options)
        except Exception:
            # One representation that fails leaves the others.
            return None

    def add(mime, content):
        try:
            data = as_bytes(mime, content)
        except Exception:
            data = None
        if data is not None:
            bundle[mime] = data

    whole = ask("_repr_mimebundle_", None, include=None, exclude=None)
    if isinstance(whole, tuple) and whole:
        whole = whole[0]
    if isinstance(whole, dict):
        for mime, content in whole.items():
            if isinstance(mime, str) and 0 < len(mime) <= 100 and mime.isascii():
                add(mime, content)
    for name, mime in REPRESENTATIONS:
        if mime not in bundle:
            content = ask(name, mime)
            # Some return the data with metadata.
            add(mime, content[0] if isinstance(content, tuple) and content else content)
    if is_figure(value):
        add("image/png", drawn(value))
    if "text/plain" not in bundle:
        add("text/plain", repr(value))
    return bundle


def is_figure(value):
    figures = sys.modules.get("matplotlib.figure")
    return figures is not None and isinstance(value, getattr(figures, "Figure", ()))


def drawn(figure):
    import io
    picture = io.BytesIO()
    figure.savefig(picture, format="png", bbox_inches="tight")
    return picture.getvalue()


def open_figures(shown):
    """Pictures of Matplotlib's figures that are open at the end of a call; they are closed."""
    plots = sys.modules.get("matplotlib.pyplot")
    if plots is None:
        return
    for number in plots.get_fignums():
        figure = plots.figure(number)
        if figure is not shown:
            yield {"image/png": drawn(figure), "text/plain": encoded(repr(figure))}
    plots.close("all")


class Driver:
    def __init__(self):
        self.control = Control()
        self.pid = os.getpid()
        self.busy = False
        self.loop = None
        self.flags = AWAITABLE
        self.sources = []
        self.streams = (sys.stdout, sys.stderr)
        self.module = types.ModuleType("__main__")
        self.module.__builtins__ = builtins
        sys.modules["__main__"] = self.module
        sys.path[:1] = [""]
        for stream in self.streams:
            # As at a prompt: a line is there when it has been printed.
            stream.reconfigure(line_buffering=True)
        # Figures become results; that show() opens no window is no news.
        warnings.filterwarnings("ignore", message=".*non-(interactive|GUI).*cannot .*show")
        os.environ.setdefault("MPLBACKEND", "agg")
        os.register_at_fork(after_in_child=self.forked)
        signal.signal(signal.SIGINT, self.interrupted)

    def forked(self):
        # The child is the user's: it must neither hold nor use our socket.
        try:
            os.close(self.control.fd)
        except OSError:
            pass

    def interrupted(self, number, frame):
        if self.busy:
            raise KeyboardInterrupt

    def serve(self):
        while True:
            try:
                kind, payload = self.control.request()
                fields = Fields(payload)
                call = fields.number()
                if kind == b"P":
                    reply = self.prepare(fields)
                else:
                    reply = self.evaluate(fields)
                self.control.reply(struct.pack(">I", call) + reply)
            except KeyboardInterrupt:
                # A handler that the user's code has left behind; there is nothing to interrupt.
                continue

    def prepare(self, fields):
        failed = []
        for _ in range(fields.number()):
            name = fields.text()
            try:
                __import__(name)
            except BaseException as problem:
                failed.append("%s: %s" % (name, described(problem)))
        # Once through all that a call needs, so that the first one finds it ready.
        self.run("[1, None, 'x'][0] + 1", "<prepare>", types.ModuleType("prepare").__dict__)
        self.flags = AWAITABLE
        linecache.cache.pop("<prepare>", None)
        return ended(EXCEPTION if failed else DONE, message="\n".join(failed))

    def evaluate(self, fields):
        if fields.number():
            self.resynchronised()
        count, variables = fields.number(), fields.number()
        code, name = fields.text(), fields.text()
        sys.argv = [name] + [fields.text() for _ in range(count)]
        for _ in range(variables):
            key, value = fields.text(), fields.text()
            if os.environ.get(key) != value:
                os.environ[key] = value
        reply = self.attempt(code, name)
        if os.getpid() != self.pid:
            # The user's code forked, and its child came here: it is no session.
            self.flush()
            os._exit(struct.unpack_from(">Bi", reply)[1] & 0xFF)
        if signal.getsignal(signal.SIGINT) != self.interrupted:
            # Whatever a call did to it: the next one can be interrupted.
            signal.signal(signal.SIGINT, self.interrupted)
        return reply

    def attempt(self, code, name):
        results = Results()
        try:
            try:
                self.busy = True
                value = self.run(code, name, self.module.__dict__)
                if value is not None:
                    builtins._ = value
                    results.add(bundle_of(value))
                for bundle in open_figures(value):
                    results.add(bundle)
                self.flush()
            finally:
                self.busy = False
            return ended(DONE, results=results)
        except KeyboardInterrupt as problem:
            return self.failed(INTERRUPTED, problem)
        except SystemExit as problem:
            return self.exited(problem)
        except BaseException as problem:
            return self.failed(EXCEPTION, problem)

    def run(self, code, name, namespace):
        self.remember(code, name)
        tree = compile(code, name, "exec", self.flags | ast.PyCF_ONLY_AST, True)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            del tree.body[-1]
            if tree.body:
                self.execute(compile(tree, name, "exec", self.flags, True), namespace)
            last = compile(ast.Expression(last.value), name, "eval", self.flags, True)
            return self.execute(last, namespace)
        self.execute(compile(tree, name, "exec", self.flags, True), namespace)
        return None

    def execute(self, code, namespace):
        # What "from __future__ import" says holds for the calls that follow, as at a prompt.
        self.flags |= code.co_flags & FUTURES
        value = eval(code, namespace)
        return self.awaited(value) if code.co_flags & IS_COROUTINE else value

    def awaited(self, coroutine):
        import asyncio
        if self.loop is None or self.loop.is_closed():
            self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        task = self.loop.create_task(coroutine)
        try:
            return self.loop.run_until_complete(task)
        except KeyboardInterrupt:
            if not task.done():
                task.cancel()
                try:
                    self.loop.run_until_complete(task)
                except asyncio.CancelledError:
                    pass
            raise

    def remember(self, code, name):
        """For tracebacks and inspect.getsource: without a time, linecache does not look for a file."""
        linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        self.sources.append(name)
        if len(self.sources) > MOST_SOURCES:
            linecache.cache.pop(self.sources.pop(0), None)

    def exited(self, problem):
        self.flush()
        code = problem.code
        if code is None:
            return ended(EXIT)
        if isinstance(code, int):
            return ended(EXIT, exit_code=code & 0xFF)
        try:
            os.write(2, encoded("%s\n" % (code,), MOST_MESSAGE))
        except BaseException:
            pass
        return ended(EXIT, exit_code=1)

    def failed(self, status, problem):
        try:
            self.flush()
            trace = traced(problem)
            if os.getpid() != self.pid:
                os.write(2, encoded(trace))
            return ended(
                status,
                exit_code=130 if status == INTERRUPTED else 1,
                name=type(problem).__name__,
                message=described(problem),
                trace=trace,
            )
        except BaseException:
            return ended(status, exit_code=1, name=type(problem).__name__, message="it can't be shown", trace="")

    def flush(self):
        for stream in {id(stream): stream for stream in self.streams + (sys.stdout, sys.stderr)}.values():
            try:
                stream.flush()
            except KeyboardInterrupt:
                raise
            except BaseException:
                # Closed by the user's code, or no stream at all.
                pass
        library = sys.modules.get("ctypes")
        if library is not None:
            try:
                library.CDLL(None).fflush(None)
            except Exception:
                pass

    def resynchronised(self):
        """The machine was cloned, restored or rolled back: what was seeded before must not go on as it would have."""
        for name, reseed in (
            ("random", lambda module: module.seed()),
            ("numpy.random", lambda module: module.seed()),
            ("ssl", lambda module: module.RAND_add(os.urandom(32), 32.0)),
        ):
            module = sys.modules.get(name)
            if module is not None:
                try:
                    reseed(module)
                except Exception:
                    pass


def features():
    import __future__
    flags = 0
    for name in __future__.all_feature_names:
        flags |= getattr(__future__, name).compiler_flag
    return flags & ~0x10  # nested_scopes: its flag has another meaning in code objects


def described(problem):
    try:
        return str(problem)
    except BaseException:
        return "<str() of the exception failed>"


def traced(problem):
    """The traceback without our own frames and, where the user's code has some, without what lies between."""
    seen = set()
    rest = [problem]
    while rest:
        one = rest.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.__traceback__ = own_frames(one.__traceback__)
        rest += one.__cause__, one.__context__
    return "".join(traceback.format_exception(type(problem), problem, problem.__traceback__))


def own_frames(trace):
    frame = trace
    while frame is not None:
        name = frame.tb_frame.f_code.co_filename
        if name.startswith("<call "):
            return frame
        frame = frame.tb_next
    # None of the user's: a SyntaxError, or a representation that fails inside a library.
    while trace is not None and trace.tb_frame.f_code.co_filename == DRIVER:
        trace = trace.tb_next
    return trace


def ended(status, exit_code=0, name="", message="", trace="", results=None):
    return b"".join((
        struct.pack(">Bi", status, exit_code),
        field(encoded(name, 200)),
        field(encoded(message, MOST_MESSAGE)),
        field(encoded(trace, MOST_TRACEBACK)),
        (results or Results()).payload(),
    ))


FUTURES = features()
Driver().serve()
