package dev.mulligan.host.task;

import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;

/** Where a task runs. */
public sealed interface TaskPlace {
    /** In a new sandbox of this image (a name or digest), deleted when the task has ended. */
    record NewSandbox(String image) implements TaskPlace {
        public NewSandbox {
            require(image, "image of a task", "a name or digest");
        }
    }

    /** In this sandbox (id or name), after the tasks before it. */
    record ExistingSandbox(String sandbox) implements TaskPlace {
        public ExistingSandbox {
            require(sandbox, "sandbox of a task", "an id or name");
        }
    }

    private static void require(String value, String what, String expected) {
        if (value.isBlank() || value.length() > 200) {
            throw HostException.of(HostErrorCode.BAD_TASK, what)
                    .value(value.length() > 200 ? value.length() + " characters" : "\"" + value + "\"")
                    .expected(expected)
                    .build();
        }
    }
}
