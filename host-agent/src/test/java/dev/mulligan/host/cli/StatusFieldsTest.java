package dev.mulligan.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import dev.mulligan.proto.host.v1.GetStatusResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading a status by hand: the same as the generated class says, for every field that there is. */
final class StatusFieldsTest {
    @Test
    void hasEveryFieldOfTheContract() throws IOException {
        GetStatusResponse.Builder status = GetStatusResponse.newBuilder();
        List<FieldDescriptor> fields = GetStatusResponse.getDescriptor().getFields();
        for (FieldDescriptor field : fields) {
            switch (field.getJavaType()) {
                case STRING -> {
                    if (field.isRepeated()) {
                        status.addRepeatedField(field, "a").addRepeatedField(field, "ü\u0000");
                    } else {
                        status.setField(field, "text of " + field.getName());
                    }
                }
                case INT -> status.setField(field, -field.getNumber());
                case LONG -> status.setField(field, Long.MAX_VALUE - field.getNumber());
                case MESSAGE ->
                    status.setField(
                            field,
                            Timestamp.newBuilder().setSeconds(-5).setNanos(7).build());
                default -> throw new AssertionError("StatusFields reads no " + field);
            }
        }

        StatusFields read = StatusFields.read(status.build().toByteArray());

        assertThat(fields).allSatisfy(field -> {
            switch (field.getJavaType()) {
                case STRING -> {
                    if (field.isRepeated()) {
                        assertThat(read.all(field.getNumber())).containsExactly("a", "ü\u0000");
                    } else {
                        assertThat(read.text(field.getNumber())).isEqualTo("text of " + field.getName());
                    }
                }
                case MESSAGE -> assertThat(read.number(field.getNumber())).isEqualTo(-5);
                default ->
                    assertThat(read.number(field.getNumber())).isEqualTo(((Number) status.getField(field)).longValue());
            }
        });
    }

    @Test
    void whatIsNotThereIsEmpty() throws IOException {
        StatusFields read = StatusFields.read(new byte[0]);
        assertThat(read.text(1)).isEmpty();
        assertThat(read.all(12)).isEmpty();
        assertThat(read.number(2)).isZero();
    }

    @Test
    void whatIsUnknownIsPassedOver() throws IOException {
        UnknownFieldSet later = UnknownFieldSet.newBuilder()
                .addField(
                        900,
                        UnknownFieldSet.Field.newBuilder()
                                .addFixed64(1)
                                .addFixed32(2)
                                .build())
                .addField(
                        901,
                        UnknownFieldSet.Field.newBuilder()
                                .addGroup(UnknownFieldSet.getDefaultInstance())
                                .build())
                .build();
        GetStatusResponse status =
                GetStatusResponse.newBuilder().setPid(7).setUnknownFields(later).build();
        assertThat(StatusFields.read(status.toByteArray()).number(GetStatusResponse.PID_FIELD_NUMBER))
                .isEqualTo(7);
    }

    @Test
    void whatIsNoMessageIsAnError() {
        assertThatThrownBy(() -> StatusFields.read(new byte[] {0x0a, 100, 'x'})).isInstanceOf(IOException.class);
    }
}
