package io.moka.kubelet.spdy;

import static io.moka.kubelet.Eventually.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SpdyConnectionTest {

    private static final int MOST_HELD_BYTES = 384 << 10;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile SpdyStream latest;
    private Socket socket;
    private SpdyClient client;

    @BeforeEach
    void connect() throws Exception {
        var server = vertx.createNetServer().connectHandler(accepted -> SpdyConnection.over(accepted, new Counting())).listen(0, "127.0.0.1")
                .toCompletionStage().toCompletableFuture().get();
        socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
        client = new SpdyClient(bytes -> write(socket, bytes));
        Thread.ofVirtual().start(this::read);
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    private final class Counting implements SpdyConnection.Listener, SpdyStream.Receiver {

        @Override
        public void opened(SpdyStream stream) {
            latest = stream;
            stream.receive(this);
        }

        @Override
        public void closed() {
            closed.set(true);
        }

        @Override
        public void data(byte[] bytes) {
            received.addAndGet(bytes.length);
        }

        @Override
        public void end() {
            ends.incrementAndGet();
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        var buffer = new byte[8192];
        try {
            for (int count = socket.getInputStream().read(buffer); count >= 0; count = socket.getInputStream().read(buffer)) {
                client.receive(Arrays.copyOf(buffer, count));
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(SpdyConnectionTest.class).debug("closed: {}", e.getMessage());
        }
    }

    @Test
    void whatNobodyTakesStopsTheReading() throws Exception {
        int chunkBytes = 16 << 10;
        int chunks = 2048;
        client.open(1, "name", "value");
        var sender = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < chunks; i++) {
                client.write(1, new byte[chunkBytes]);
            }
            client.end(1);
        });
        check("it holds its fill", () -> received.get() > 256 << 10);
        assertTrue(received.get() <= MOST_HELD_BYTES, received::toString);

        var taken = new AtomicInteger();
        check("the rest comes when there is room", () -> {
            int more = received.get() - taken.get();
            taken.addAndGet(more);
            assertTrue(more <= MOST_HELD_BYTES, () -> "held " + more);
            latest.taken(more);
            return ends.get() == 1;
        });
        sender.join();
        assertEquals(chunks * chunkBytes, received.get());
    }

    @Test
    void tooManyStreamsAreRefused() {
        for (int id = 1; id <= 513; id += 2) {
            client.open(id, "name", "value");
        }

        check("the last is refused", () -> client.isReset(513));
        assertTrue(client.isReplied(511));
        assertFalse(client.isReset(511));
    }

    @Test
    void streamIdsOnlyGrow() {
        client.open(3, "name", "value");
        client.open(1, "name", "value");

        check("the second is refused", () -> client.isReset(1) && client.isReplied(3));
    }

    @Test
    void resetStreamEndsAndTakesNoMore() {
        client.open(1, "name", "value");
        client.reset(1);

        check("it has ended", () -> ends.get() == 1);
        var write = latest.write(new byte[1]);
        check("nothing can be written", () -> write.failed());
    }

    @Test
    void nonsenseClosesTheConnection() throws Exception {
        client.open(1, "name", "value");
        write(socket, new byte[] {(byte) 0x80, 2, 0, 1, 0, 0, 0, 1, 0});

        check("it is closed, and its streams have ended", () -> closed.get() && ends.get() == 1);
    }
}
