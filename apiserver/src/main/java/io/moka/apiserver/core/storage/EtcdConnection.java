package io.moka.apiserver.core.storage;

import com.google.common.util.concurrent.MoreExecutors;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.vertx.core.Vertx;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Creates the etcd client.
final class EtcdConnection {
    /// Maximum size of a message in bytes, since a watch that catches up gets up to a thousand changes in one.
    private static final int MAX_INBOUND_BYTES = 512 * 1024 * 1024;

    private EtcdConnection() {}

    static Client open(Vertx vertx, EtcdOptions options) {
        ClientBuilder builder = Client.builder()
                .endpoints(options.endpoints().toArray(String[]::new))
                .vertx(vertx).useVertx()
                // Calls run on the caller's thread, which is a virtual one and waits for the answer anyway.
                .executorService(MoreExecutors.newDirectExecutorService())
                .maxInboundMessageSize(MAX_INBOUND_BYTES)
                .retryDelay(20).retryMaxDelay(200)
                .retryMaxDuration(options.requestTimeout())
                .connectTimeout(Duration.ofSeconds(2))
                .keepaliveTime(Duration.ofSeconds(30)).keepaliveTimeout(Duration.ofSeconds(10));
        if (options.caFile() != null) {
            secure(builder, options);
        }
        return builder.build();
    }

    private static void secure(ClientBuilder builder, EtcdOptions options) {
        try {
            builder.sslContext(ssl -> {
                ssl.trustManager(file(options.caFile()));
                if (options.certFile() != null) {
                    ssl.keyManager(file(options.certFile()), file(options.keyFile()));
                }
            });
        } catch (SSLException unreadable) {
            throw new IllegalArgumentException("cannot use the etcd certificate files: " + unreadable.getMessage(), unreadable);
        }
    }

    private static File file(@Nullable Path path) {
        if (path == null) {
            throw new IllegalArgumentException("--etcd-certfile and --etcd-keyfile go together");
        }
        return path.toFile();
    }
}
