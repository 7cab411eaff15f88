package io.moka.kubelet.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.LifecycleHandlerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.runtime.FakeRuntime;
import io.moka.machinery.time.Sleeper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LifecycleHooksTest {

    private static ProbeResult run(LifecycleHandler hook) throws InterruptedException {
        var subject = new Subject(new Pod(), new ContainerBuilder().withName("main").build(), "id", "127.0.0.1", Instant.now());
        return new LifecycleHooks(new FakeRuntime(), Sleeper.SYSTEM).run(subject, hook, Duration.ofSeconds(5));
    }

    private static LifecycleHandler get(int port) {
        return new LifecycleHandlerBuilder().withNewHttpGet().withPath("/hook").withPort(new IntOrString(port)).endHttpGet().build();
    }

    /// A hook tells; only a probe asks.
    @Test
    void anyAnswerToAnHttpHookIsASuccess() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        });
        server.start();
        try {
            assertEquals(new ProbeResult.Success(), run(get(server.getAddress().getPort())));
        } finally {
            server.stop(0);
        }
        assertInstanceOf(ProbeResult.Failure.class, run(get(server.getAddress().getPort())));
    }
}
