package dev.mulligan.host.guest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes "connected" mean "the guest agent has answered": stands nearest to the socket, intercepts the connect, and
 * lets it succeed only after the echo of the {@link Preamble}. Whoever is above sees an ordinary connection that
 * took a little longer.
 */
final class PreambleHandler extends ChannelDuplexHandler {
    /** What an older connection can have left on its way is far less than this. */
    static final int MAXIMUM_GARBAGE = 32 << 20;

    // None is lost on the way to a guest that runs, and it answers each: an emulated one needs some 8 ms for that.
    private static final BackOff RESEND = new BackOff(Duration.ofMillis(200), Duration.ofMillis(400));
    // A guest slower than that would for ever answer the last but one; having heard of it, wait for it.
    private static final Duration RESEND_TO_SLOW = Duration.ofSeconds(2);

    // The guest's clock is behind by up to as long as its answer takes.
    private static final Duration PROMPT = Duration.ofMillis(500);

    private final Preamble preamble;
    private final Clock clock;
    private final Duration patience;
    private final CompletableFuture<FirstAnswer> answer;
    private @Nullable ChannelPromise connected;
    private @Nullable ScheduledFuture<?> resend;
    private @Nullable ScheduledFuture<?> deadline;
    private int sent;
    private Instant sentLast = Instant.MIN;
    private int garbage;
    private boolean done;

    /** @param answer is completed with what the guest said, or with the reason why it said nothing */
    PreambleHandler(RandomGenerator random, Clock clock, Duration patience, CompletableFuture<FirstAnswer> answer) {
        this.preamble = new Preamble(random);
        this.clock = clock;
        this.patience = patience;
        this.answer = answer;
    }

    @Override
    public void connect(
            ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        ChannelPromise raw = context.newPromise();
        raw.addListener(result -> {
            if (result.isSuccess()) {
                begin(context);
            } else {
                answer.completeExceptionally(result.cause());
                promise.tryFailure(result.cause());
            }
        });
        connected = promise;
        ChannelFuture _ = context.connect(remote, local, raw);
    }

    private void begin(ChannelHandlerContext context) {
        deadline = context.executor()
                .schedule(
                        () -> fail(
                                context,
                                new SocketTimeoutException("no answer from the guest agent within "
                                        + patience.toMillis() + " ms; it may still be booting")),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
        // Two at once: a guest that goes on after a stop in time takes one for the connection before.
        write(context);
        send(context);
    }

    private void send(ChannelHandlerContext context) {
        write(context);
        context.flush();
        sendAgainAfter(context, RESEND.after(++sent));
    }

    private void write(ChannelHandlerContext context) {
        sentLast = clock.instant();
        ChannelFuture _ = context.write(Unpooled.wrappedBuffer(preamble.next(sentLast)));
    }

    private void sendAgainAfter(ChannelHandlerContext context, Duration pause) {
        cancel(resend);
        resend = context.executor().schedule(() -> send(context), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Held back until the echo: it makes those above speak. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (done) {
            context.fireChannelActive();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (done || !(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        boolean passedOn = false;
        try {
            while (bytes.isReadable()) {
                Preamble.Sight sight = preamble.see(bytes.readByte());
                switch (sight) {
                    case NOTHING -> garbage++;
                    case OLDER_ECHO -> sendAgainAfter(context, RESEND_TO_SLOW);
                    case ECHO, BARE_ECHO -> {
                        succeed(context, sight);
                        if (bytes.isReadable()) {
                            passedOn = true;
                            context.fireChannelRead(bytes);
                        }
                        return;
                    }
                }
            }
            if (garbage > MAXIMUM_GARBAGE) {
                fail(context, new IOException("the guest wrote " + garbage + " bytes and no echo of the preamble"));
            }
        } finally {
            if (!passedOn) {
                ReferenceCountUtil.release(bytes);
            }
        }
    }

    private void succeed(ChannelHandlerContext context, Preamble.Sight sight) {
        done = true;
        boolean inTime = Duration.between(sentLast, clock.instant()).compareTo(PROMPT) <= 0;
        answer.complete(
                sight == Preamble.Sight.ECHO && inTime ? FirstAnswer.RESYNCHRONISED : FirstAnswer.TO_RESYNCHRONISE);
        cancel(resend);
        cancel(deadline);
        ChannelPromise promise = connected;
        if (promise != null) {
            promise.trySuccess();
        }
        context.fireChannelActive();
    }

    private void fail(ChannelHandlerContext context, IOException reason) {
        answer.completeExceptionally(reason);
        ChannelPromise promise = connected;
        if (promise != null) {
            promise.tryFailure(reason);
        }
        ChannelFuture _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel(resend);
        cancel(deadline);
        if (done) {
            context.fireChannelInactive();
        } else {
            fail(context, new IOException("the port was closed before the guest agent answered"));
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        cancel(resend);
        cancel(deadline);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
