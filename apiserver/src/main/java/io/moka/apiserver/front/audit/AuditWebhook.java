package io.moka.apiserver.front.audit;

import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.pki.TlsIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server that receives events, as a kubeconfig file describes it. Safe for all threads.
final class AuditWebhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditWebhook.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 5;
    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.2;
    private static final byte[] LIST = "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":[".getBytes(StandardCharsets.US_ASCII);
    /// Length in bytes of the type fields that each event begins with; they are left out of the events in a list.
    private static final int TYPE_LENGTH = "\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",".length();

    private final ClientConfig config;
    private final Supplier<String> tokens;
    private final HttpClient http;
    private final Duration backoff;
    private final CountDownLatch closing = new CountDownLatch(1);

    AuditWebhook(Path configFile, Duration backoff) throws IOException {
        this.backoff = backoff;
        config = ClientConfig.load(configFile, null, "moka-apiserver");
        tokens = config.tokens() == null ? () -> "" : config.tokens();
        http = HttpClient.newBuilder().sslContext(config.sslContext()).sslParameters(TlsIdentity.clientParameters(config.sslContext())).connectTimeout(TIMEOUT).build();
    }

    /// Sends events, with retries where they may help.
    ///
    /// @return whether the server has accepted the events
    boolean deliver(List<byte[]> events) throws InterruptedException {
        byte[] body = list(events);
        double pauseNanos = backoff.toNanos();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            int code = send(body);
            if (code >= 200 && code < 300) {
                return true;
            }
            boolean mayHelp = code == 0 || code == 429 || code >= 500;
            if (!mayHelp || attempt == ATTEMPTS || closing.await((long) (pauseNanos * (1 + JITTER * ThreadLocalRandom.current().nextDouble())), TimeUnit.NANOSECONDS)) {
                return false;
            }
            pauseNanos *= GROWTH;
        }
        return false;
    }

    private static byte[] list(List<byte[]> events) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(LIST);
        for (int i = 0; i < events.size(); i++) {
            body.writeBytes(new byte[] {(byte) (i == 0 ? ' ' : ','), '{'});
            body.write(events.get(i), 1 + TYPE_LENGTH, events.get(i).length - 1 - TYPE_LENGTH);
        }
        body.write(']');
        body.write('}');
        return body.toByteArray();
    }

    /// @return the status code of the answer, 0 when there was no answer
    private int send(byte[] body) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(config.server())).timeout(TIMEOUT).header("Content-Type", "application/json")
                .header("User-Agent", config.userAgent()).POST(BodyPublishers.ofByteArray(body));
        if (!tokens.get().isEmpty()) {
            request.header("Authorization", "Bearer " + tokens.get());
        }
        try {
            int code = http.send(request.build(), BodyHandlers.discarding()).statusCode();
            if (code >= 300) {
                LOG.warn("The audit webhook has answered with {}", code);
            }
            return code;
        } catch (IOException failed) {
            LOG.warn("The audit webhook cannot be reached: {}", failed.toString());
            return 0;
        }
    }

    /// Ends retries: from now on, events are sent only once.
    void hurry() {
        closing.countDown();
    }

    @Override
    public void close() {
        hurry();
        http.shutdownNow();
    }
}
