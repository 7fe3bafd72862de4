package dev.mulligan.host.cli;

import com.google.protobuf.ByteString;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.CallResult;
import dev.mulligan.proto.host.v1.ExecRequest;
import dev.mulligan.proto.host.v1.ExecResponse;
import dev.mulligan.proto.host.v1.ExecStart;
import dev.mulligan.proto.host.v1.OutputStream;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;

/** Runs one program in a sandbox without input, and keeps what it prints. */
record CapturedProgram(HostClient client) {
    /** In bytes, of either stream; what comes after it is read and forgotten. */
    static final int LONGEST = 16 << 20;

    /**
     * What came of it.
     *
     * @param whole all of {@code output} is there
     * @param errors what it printed on standard error
     */
    record Outcome(boolean ended, int exitCode, ByteString output, boolean whole, ByteString errors) {}

    Outcome run(ExecStart start) throws StatusException, InterruptedException {
        BlockingClientCall<ExecRequest, ExecResponse> call =
                client.sandboxes(Patience.LONG).exec();
        var _ = call.write(ExecRequest.newBuilder().setStart(start).build());
        call.halfClose();
        Printed output = new Printed();
        Printed errors = new Printed();
        ExecResponse response = call.read();
        while (response != null) {
            if (response.hasExited()) {
                CallResult.Outcome outcome = response.getExited().getOutcome();
                boolean ended = outcome == CallResult.Outcome.OK || outcome == CallResult.Outcome.ERROR;
                return new Outcome(ended, response.getExited().getExitCode(), output.kept, output.whole, errors.kept);
            }
            (response.getOutput().getStream() == OutputStream.STDOUT ? output : errors)
                    .add(response.getOutput().getData());
            response = call.read();
        }
        throw HostException.of(HostErrorCode.INTERNAL, "a program that ended without an exit code")
                .build();
    }

    private static final class Printed {
        private ByteString kept = ByteString.EMPTY;
        private boolean whole = true;

        void add(ByteString more) {
            whole &= kept.size() + more.size() <= LONGEST;
            kept = whole ? kept.concat(more) : kept;
        }
    }
}
