package io.moka.apiserver.kinds.componentstatus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moka.apiserver.kinds.componentstatus.Components.Health;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.net.ConnectException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Requests `/healthz` of a process on this machine.
final class HealthProbe {
    private static final long PATIENCE_SECONDS = 10;
    private static final String HOST = "127.0.0.1";

    private final Vertx vertx;

    HealthProbe(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Probes a component. Each probe has a client of its own, since probes are too rare to keep one.
    Health ask(String name, int port) {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setSsl(true).setTrustAll(true).setVerifyHost(false).setConnectTimeout(5_000).setKeepAlive(false));
        String url = "https://" + HOST + ":" + port + "/healthz";
        try {
            return client.request(HttpMethod.GET, port, HOST, "/healthz")
                    .compose(request -> request.send())
                    .compose(answer -> answer.body().map(body -> new Health(name, answer.statusCode() < 400, body.toString(UTF_8))))
                    .toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            return new Health(name, false, "Get \"" + url + "\": " + reason(failed.getCause(), port));
        } catch (TimeoutException late) {
            return new Health(name, false, "Get \"" + url + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Health(name, false, "Get \"" + url + "\": context canceled");
        } finally {
            client.close();
        }
    }

    private static String reason(Throwable why, int port) {
        return why instanceof ConnectException ? "dial tcp " + HOST + ":" + port + ": connect: connection refused" : String.valueOf(why.getMessage());
    }
}
