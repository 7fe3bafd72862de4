package dev.mulligan.host.cli.bench;

import dev.mulligan.host.cli.client.HostClient;
import dev.mulligan.host.cli.client.Patience;
import dev.mulligan.proto.host.v1.DeleteTemplateRequest;
import dev.mulligan.proto.host.v1.KeepReadyRequest;
import dev.mulligan.proto.host.v1.KeepReadyResponse;
import dev.mulligan.proto.host.v1.PrepareTemplateRequest;
import dev.mulligan.proto.host.v1.PrepareTemplateResponse;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;

/**
 * The pool of a host agent that has templates. It makes up for a machine that was taken half a second after the last was:
 * later than a row's round takes, and before the next one begins.
 */
final class TemplatePool implements PoolControl {
    private final HostClient host;
    private String image = "";
    private volatile String state = "as use suggests";

    TemplatePool(HostClient host) {
        this.host = host;
    }

    /** Whether this host can freeze and clone machines; makes the template of the image if it can. */
    static boolean isPossible(HostClient host, String image) throws Exception {
        try {
            prepare(host, image);
            return true;
        } catch (StatusException refused) {
            return switch (refused.getStatus().getCode()) {
                // This host cannot, or its host agent is older than templates.
                case FAILED_PRECONDITION, UNIMPLEMENTED -> false;
                default -> throw refused;
            };
        }
    }

    private static void prepare(HostClient host, String image) throws Exception {
        BlockingClientCall<?, PrepareTemplateResponse> call = host.templates(Patience.MACHINE)
                .prepare(PrepareTemplateRequest.newBuilder().setImage(image).build());
        drain(call);
    }

    @Override
    public boolean there() {
        return true;
    }

    @Override
    public void fill(String wanted, int machines) throws Exception {
        keep(KeepReadyRequest.newBuilder()
                .setImage(wanted)
                .setMachines(machines)
                .build());
        image = wanted;
        state = machines + " ready";
    }

    @Override
    public void empty(String wanted) throws Exception {
        keep(KeepReadyRequest.newBuilder().setImage(wanted).setMachines(0).build());
        prepare(host, wanted);
        image = wanted;
        state = "empty, template there";
    }

    @Override
    public void forget(String wanted) throws Exception {
        keep(KeepReadyRequest.newBuilder().setImage(wanted).setMachines(0).build());
        try {
            var _ = host.templates(Patience.MACHINE)
                    .delete(DeleteTemplateRequest.newBuilder()
                            .setTemplate(wanted)
                            .build());
        } catch (StatusException none) {
            if (none.getStatus().getCode() != Status.Code.NOT_FOUND) {
                throw none;
            }
        }
        state = "no template";
    }

    @Override
    public String state() {
        return state;
    }

    @Override
    public void release() throws Exception {
        if (!image.isEmpty()) {
            keep(KeepReadyRequest.newBuilder().setImage(image).build());
            state = "as use suggests";
        }
    }

    private void keep(KeepReadyRequest request) throws Exception {
        BlockingClientCall<?, KeepReadyResponse> call =
                host.templates(Patience.MACHINE).keepReady(request);
        drain(call);
    }

    private static <T> void drain(BlockingClientCall<?, T> call) throws Exception {
        T event = call.read();
        while (event != null) {
            event = call.read();
        }
    }
}
