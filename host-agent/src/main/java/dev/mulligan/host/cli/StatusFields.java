package dev.mulligan.host.cli;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Timestamp;
import com.google.protobuf.WireFormat;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link GetStatusResponse} as its serialised form has it: fields by their numbers. The generated class says the same in
 * more comfort, but the first one of a process takes protobuf longer to set up than the host agent takes to answer.
 */
final class StatusFields {
    private final Map<Integer, List<String>> texts = new HashMap<>();
    private final Map<Integer, Long> numbers = new HashMap<>();

    private StatusFields() {}

    /** Fields that are unknown are passed over, as everywhere in protobuf. */
    static StatusFields read(byte[] serialised) throws IOException {
        StatusFields fields = new StatusFields();
        CodedInputStream input = CodedInputStream.newInstance(serialised);
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            int type = WireFormat.getTagWireType(tag);
            if (field == GetStatusResponse.STARTED_FIELD_NUMBER && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                fields.numbers.put(field, read(input.readByteArray()).number(Timestamp.SECONDS_FIELD_NUMBER));
            } else if (type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                fields.texts.computeIfAbsent(field, first -> new ArrayList<>()).add(input.readString());
            } else if (type == WireFormat.WIRETYPE_VARINT) {
                fields.numbers.put(field, input.readInt64());
            } else {
                input.skipField(tag);
            }
        }
        return fields;
    }

    /** Empty if it is not there; of several the last one. */
    String text(int field) {
        List<String> all = all(field);
        return all.isEmpty() ? "" : all.getLast();
    }

    List<String> all(int field) {
        return texts.getOrDefault(field, List.of());
    }

    /** Zero if it is not there; of a point in time the seconds since 1970. */
    long number(int field) {
        return numbers.getOrDefault(field, 0L);
    }
}
