package dev.mulligan.host.service;

import dev.mulligan.host.Actor;
import dev.mulligan.host.HostErrorCode;
import dev.mulligan.host.HostException;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Locale;
import java.util.Optional;

/** Finds out who calls, and lets nobody else in: each endpoint has its own way to know. */
final class Authentication implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String BEARER = "bearer ";

    private final Gate gate;
    private final StatusMapper mapper;

    private Authentication(Gate gate, StatusMapper mapper) {
        this.gate = gate;
        this.mapper = mapper;
    }

    /** Over the unix socket: the owner of this process, and root. The socket's mode says so as well. */
    static Authentication byPeer(int owner, StatusMapper mapper) {
        return new Authentication(
                (call, headers) -> {
                    Integer uid = call.getAttributes().get(PeerNegotiator.PEER_UID);
                    if (uid == null || (uid != owner && uid != 0)) {
                        throw denied("user", String.valueOf(uid), "user " + owner + " or root", "");
                    }
                    return new Caller(new Actor("local:" + uid), true);
                },
                mapper);
    }

    /** Over TCP: who brings one of these tokens. */
    static Authentication byToken(Tokens tokens, StatusMapper mapper) {
        return new Authentication(
                (call, headers) -> {
                    String header = headers.get(AUTHORIZATION);
                    Optional<String> name = header == null
                                    || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)
                            ? Optional.empty()
                            : tokens.nameOf(header.substring(BEARER.length()).strip());
                    return new Caller(
                            new Actor("token:"
                                    + name.orElseThrow(() -> denied(
                                            header == null ? "no token" : "wrong token",
                                            "",
                                            "the header authorization: Bearer TOKEN",
                                            "use a token that the host's config.yaml names"))),
                            false);
                },
                mapper);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        try {
            Context context = gate.admit(call, headers).in(Context.current());
            return Contexts.interceptCall(context, call, headers, next);
        } catch (HostException refused) {
            return mapper.refuse(call, refused);
        }
    }

    /** The token that was given is not repeated: it may be a right one, for another host. */
    private static HostException denied(String what, String value, String expected, String remedy) {
        return HostException.of(HostErrorCode.UNAUTHENTICATED, what)
                .value(value)
                .expected(expected)
                .remedy(remedy)
                .build();
    }

    /** Says who calls, or throws {@code UNAUTHENTICATED}. */
    private interface Gate {
        Caller admit(ServerCall<?, ?> call, Metadata headers);
    }
}
