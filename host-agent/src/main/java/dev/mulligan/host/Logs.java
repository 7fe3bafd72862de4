package dev.mulligan.host;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Where logs go. Nowhere, for a command line; {@link #toFiles} sends those of the daemon to files, 60 MB of them at
 * most. Written here and not in XML, because a command line should not parse any. With {@code -Dmulligan.log=INFO} (or
 * another level) logs go to stderr, for whoever looks for an error.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logs extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level [%thread] %logger{0}: %msg%n";
    private static final int KEPT_FILES = 5;
    private static final long FILE_BYTES = 10 << 20;

    /** For logback, which finds it as a service. */
    public Logs() {}

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        if (Logs.class.getResource("/logback-test.xml") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY; // tests have a say of their own
        }
        String level = System.getProperty("mulligan.log");
        ch.qos.logback.classic.Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level == null ? Level.OFF : Level.toLevel(level, Level.INFO));
        if (level != null) {
            ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
            appender.setTarget("System.err");
            root.addAppender(start(appender, loggers));
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** From now on to {@code host-agent.log} in that directory, and its predecessors {@code host-agent.N.log}. */
    static void toFiles(Path directory) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext loggers)) {
            return; // another binding was put on the class path: its own affair
        }
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(loggers);
        appender.setFile(directory.resolve("host-agent.log").toString());

        FixedWindowRollingPolicy names = new FixedWindowRollingPolicy();
        names.setContext(loggers);
        names.setParent(appender);
        names.setFileNamePattern(directory.resolve("host-agent.%i.log").toString());
        names.setMaxIndex(KEPT_FILES);
        names.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setMaxFileSize(new FileSize(FILE_BYTES));
        size.setContext(loggers);
        size.start();
        appender.setRollingPolicy(names);
        appender.setTriggeringPolicy(size);

        ch.qos.logback.classic.Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(start(appender, loggers));
        root.setLevel(Level.INFO);
        loggers.getLogger("io.netty").setLevel(Level.WARN);
        // For each guest: gRPC asks for SO_KEEPALIVE, which a unix socket does not know.
        loggers.getLogger("io.netty.bootstrap.Bootstrap").setLevel(Level.ERROR);
        loggers.getLogger("org.flywaydb").setLevel(Level.WARN);
        // gRPC logs through the JDK, to stderr, and warns of every client that goes away in the middle of a stream.
        java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.SEVERE);
    }

    private static Appender<ILoggingEvent> start(OutputStreamAppender<ILoggingEvent> appender, LoggerContext loggers) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(loggers);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(loggers);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
