package dev.mulligan.guest.process;

import dev.mulligan.guest.account.Account;
import dev.mulligan.guest.account.Accounts;
import dev.mulligan.guest.failure.GuestException;
import dev.mulligan.proto.guest.v1.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A program to run, checked: everything that a request can get wrong is wrong here already.
 *
 * @param executable absolute path of the program that {@code arguments} names
 * @param arguments as the program will see them
 * @param environment complete
 * @param directory absolute, exists
 */
record RunSpec(
        Account user,
        String executable,
        List<String> arguments,
        Map<String, String> environment,
        String directory,
        Optional<TerminalWindow> terminal,
        ResourceLimits limits) {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    RunSpec {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** @throws GuestException INVALID_ARGUMENT or NOT_FOUND, as the contract says */
    static RunSpec of(Start start, Accounts accounts) {
        if (start.getArgumentsCount() == 0 || start.getArguments(0).isEmpty()) {
            throw GuestException.invalid("start.arguments", "[]", "a program and its arguments");
        }
        start.getArgumentsList().forEach(argument -> refuseNul("start.arguments", argument));
        Account user = accounts.require(start.getUser());
        Map<String, String> environment = environment(start, user, accounts.environment());
        String directory = directory(start.getWorkingDirectory(), user);
        String path = environment.getOrDefault("PATH", PATH);
        String executable = new ProgramLookup(path, Path.of(directory)).require(start.getArguments(0));
        return new RunSpec(
                user,
                executable,
                start.getArgumentsList(),
                environment,
                directory,
                start.hasTerminal() ? Optional.of(TerminalWindow.of(start.getTerminal())) : Optional.empty(),
                ResourceLimits.of(start.getLimits()));
    }

    private static Map<String, String> environment(Start start, Account user, Map<String, String> system) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", PATH);
        environment.put("LANG", "C.UTF-8");
        environment.putAll(system);
        environment.put("HOME", user.home());
        environment.put("USER", user.name());
        environment.put("LOGNAME", user.name());
        environment.put("SHELL", user.shell());
        if (start.hasTerminal()) {
            environment.put("TERM", "xterm-256color");
        }
        start.getEnvironmentMap().forEach((name, value) -> {
            if (name.isEmpty() || name.contains("=")) {
                throw GuestException.invalid("start.environment", name, "a name without \"=\"");
            }
            refuseNul("start.environment", name);
            refuseNul("start.environment", value);
            environment.put(name, value);
        });
        return environment;
    }

    private static String directory(String wanted, Account user) {
        if (wanted.isEmpty()) {
            // As login(1) does it: some users have no home.
            return Files.isDirectory(Path.of(user.home())) ? user.home() : "/";
        }
        refuseNul("start.working_directory", wanted);
        if (!wanted.startsWith("/") || !Files.isDirectory(Path.of(wanted))) {
            throw GuestException.invalid(
                    "start.working_directory", wanted, "the absolute path of a directory that exists");
        }
        return wanted;
    }

    private static void refuseNul(String what, String value) {
        if (value.indexOf(0) >= 0) {
            throw GuestException.invalid(what, "a value with NUL", "text without NUL");
        }
    }
}
