package dev.mulligan.host.approval;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mulligan.host.workspace.Sha256;
import dev.mulligan.host.workspace.change.Selection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AnswerJsonTest {
    private static final Sha256 NO_CHANGE = Sha256.of(ByteString.EMPTY);

    @Test
    void hunksThatAnEarlierHostAgentKeptAreOfNoChange() {
        assertThat(
                        AnswerJson.read(
                                "{\"answer\":\"narrow\",\"chosen\":{\"paths\":[],\"exact\":[],\"hunks\":{\"a\":[1]},\"resolutions\":{}}}"))
                .isEqualTo(new Answer.Narrow(
                        List.of(), List.of(), Map.of("a", new Selection.Hunks(Set.of(1), NO_CHANGE)), Map.of()));
    }
}
