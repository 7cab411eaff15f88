package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DelayingProxyTest {

    private static final Duration DELAY = Duration.ofMillis(200);

    private ServerSocket echo;
    private DelayingProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        proxy = new DelayingProxy(URI.create("https://127.0.0.1:" + echo.getLocalPort()), DELAY);
    }

    private void serve() {
        while (true) {
            try (var client = echo.accept()) {
                client.getInputStream().transferTo(client.getOutputStream());
            } catch (IOException closed) {
                return;
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void eachCallTakesLongerByTheDelay() throws IOException {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            for (int call = 0; call < 3; call++) {
                long begin = System.nanoTime();
                client.getOutputStream().write(call);
                assertEquals(call, client.getInputStream().read());
                assertTrue(System.nanoTime() - begin >= DELAY.toNanos());
            }
        }
    }

    @Test
    void bytesArriveCompleteAndInTheirOrder() throws Exception {
        var sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        try (var client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            var writer = Thread.ofVirtual().start(() -> write(client, sent));
            assertArrayEquals(sent, client.getInputStream().readNBytes(sent.length));
            writer.join();
        }
    }

    private static void write(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException broken) {
            // the reader fails
        }
    }

    @Test
    void theEndOfOneSideEndsTheOther() throws IOException {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            client.getOutputStream().write(7);
            assertEquals(7, client.getInputStream().read());
            echo.close();
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
        }
    }
}
