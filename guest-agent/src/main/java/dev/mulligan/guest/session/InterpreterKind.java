package dev.mulligan.guest.session;

import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.proto.guest.v1.Language;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The interpreters that sessions run in, and how each is started: with a few lines on its command line that read the
 * driver from the control socket and run it. So nothing of ours lies in the guest's file system.
 */
enum InterpreterKind {
    PYTHON(Language.PYTHON, ".py", """
            import os
            def read(count):
                data = b""
                while len(data) < count:
                    chunk = os.read(0, count - len(data))
                    data += chunk or os._exit(0)
                return data
            source = read(int.from_bytes(read(4), "big"))
            exec(compile(source, "<mulligan>", "exec"), {"__name__": "mulligan", "__file__": "<mulligan>"})
            """),
    // In a block: what it declares would be declared for the user's code as well.
    NODE(Language.NODE, ".js", """
            {
            const fs = require("fs");
            const read = (count) => {
              const data = Buffer.alloc(count);
              for (let at = 0; at < count;) at += fs.readSync(9, data, at, count - at) || process.exit(0);
              return data;
            };
            const source = read(read(4).readUInt32BE()).toString();
            const { Script } = require("vm");
            const options = { filename: "mulligan-driver.js" };
            const driver = new Script(`(require, load) => {${source}\\n}`, options).runInThisContext();
            driver(require, (module, options) => import(module, options));
            }
            """);

    private final Language language;
    private final String extension;
    private final String start;

    InterpreterKind(Language language, String extension, String start) {
        this.language = language;
        this.extension = extension;
        this.start = start;
    }

    static InterpreterKind of(Language language) {
        for (InterpreterKind kind : values()) {
            if (kind.language == language) {
                return kind;
            }
        }
        throw GuestException.invalid("language", language, "PYTHON or NODE");
    }

    Language language() {
        return language;
    }

    /** What the interpreter's executable is called. */
    String program() {
        return this == PYTHON ? "python3" : "node";
    }

    /**
     * Whether an interrupt may go unheard: Node.js has a gap between the handler for code that computes and the one for
     * code that waits. One more does no harm there; in Python it would hit the code that cleans up.
     */
    boolean losesSignals() {
        return this == NODE;
    }

    List<String> command() {
        return switch (this) {
            case PYTHON -> List.of("python3", "-c", start);
            // Node.js can't move a descriptor: the shell does. What it inherits it keeps from its children by itself.
            case NODE -> List.of("sh", "-c", "exec 9<&0 </dev/null; exec node -e \"$0\"", start);
        };
    }

    /** What tracebacks call the code of that call. */
    String nameOf(int call) {
        return this == PYTHON ? "<call " + call + ">" : "call-" + call + extension;
    }

    private List<String> resources() {
        return switch (this) {
            case PYTHON -> List.of("driver.py");
            case NODE -> List.of("driver.js", "openssl.js");
        };
    }

    /** The source of the driver. */
    byte[] driver() {
        ByteArrayOutputStream source = new ByteArrayOutputStream();
        for (String resource : resources()) {
            try (InputStream stream = InterpreterKind.class.getResourceAsStream(resource)) {
                if (stream == null) {
                    throw new IllegalStateException("no resource " + resource + " beside " + InterpreterKind.class);
                }
                stream.transferTo(source);
            } catch (IOException e) {
                throw new UncheckedIOException(resource, e);
            }
        }
        return source.toByteArray();
    }
}
