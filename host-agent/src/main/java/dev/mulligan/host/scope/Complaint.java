package dev.mulligan.host.scope;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Suggestion;
import dev.mulligan.proto.rule.v1.CallArguments;
import dev.mulligan.proto.rule.v1.Change;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What is wrong with a condition, in the words of this house. */
final class Complaint {
    private static final String EXPECTED =
            "a CEL expression that is true or false, over tool, args, root and time" + " (calls) or change (changes)";
    private static final Pattern NO_FIELD = Pattern.compile("undefined field '([^']*)'");

    private Complaint() {}

    static HostException.Builder of(String source, String problem) {
        return HostException.of(HostErrorCode.BAD_SCOPE, "condition: " + problem)
                .value(source)
                .expected(EXPECTED);
    }

    /**
     * With its place.
     *
     * @param line from 1
     * @param column from 0
     */
    static HostException of(String source, int line, int column, String problem) {
        String place = (source.contains("\n") ? "line " + line + ", " : "") + "character " + (column + 1);
        HostException.Builder complaint = of(source, problem + " at " + place);
        Matcher field = NO_FIELD.matcher(problem);
        if (field.find()) {
            List<String> fields = Stream.of(CallArguments.getDescriptor(), Change.getDescriptor())
                    .flatMap(type -> type.getFields().stream())
                    .map(FieldDescriptor::getName)
                    .distinct()
                    .toList();
            complaint.expected("one of " + String.join(", ", fields));
            new Suggestion(fields)
                    .of(field.group(1))
                    .ifPresent(meant -> complaint.remedy("did you mean '" + meant + "'?"));
        }
        return complaint.build();
    }
}
