package io.moka.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks webhooks over HTTPS: those of conversions, and any other that has a `clientConfig`. Safe for all threads; calls block.
/// Connections are kept, for at most [#MAX_CLIENTS] different authorities; at the bound all of them are closed and made anew.
public final class WebhookClient {
    private static final int MAX_CLIENTS = 64;
    private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;

    private final Vertx vertx;
    private final ServiceEndpoints services;
    private final Map<String, HttpClient> byAuthority = new ConcurrentHashMap<>();

    public WebhookClient(Vertx vertx, ServiceEndpoints services) {
        this.vertx = vertx;
        this.services = services;
    }

    /// Posts a review and returns what is answered.
    ///
    /// @param clientConfig as admission and conversion webhooks have it: `url`, or `service` with `namespace`, `name`, `path` and `port`, and `caBundle`
    /// @throws UnreachableException when there is no answer in time, or one that is not a JSON object with status 200
    public ObjectNode post(JsonNode clientConfig, ObjectNode review, Duration timeout) {
        RequestOptions target = target(clientConfig).setMethod(HttpMethod.POST).setConnectTimeout(timeout.toMillis())
                .putHeader("Content-Type", "application/json").putHeader("Accept", "application/json, */*").setFollowRedirects(false);
        var answer = client(Json.text(clientConfig, "caBundle")).request(target)
                .compose(request -> request.send(Buffer.buffer(Json.write(review))))
                .compose(response -> response.body().map(body -> {
                    if (response.statusCode() != 200) {
                        throw new UnreachableException("the server responded with status code " + response.statusCode());
                    }
                    return body;
                }));
        try {
            return read(answer.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS).getBytes());
        } catch (TimeoutException late) {
            throw new UnreachableException("Post \"" + name(target) + "\": context deadline exceeded", late);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw cause instanceof UnreachableException refused ? refused
                    : new UnreachableException("Post \"" + name(target) + "\": " + cause.getMessage(), cause);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", stopped);
        }
    }

    private static ObjectNode read(byte[] body) {
        if (body.length > MAX_ANSWER_BYTES) {
            throw new UnreachableException("the answer has more than " + MAX_ANSWER_BYTES + " bytes");
        }
        try {
            if (Json.MAPPER.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException malformed) {
            throw new UnreachableException("the answer is not JSON: " + malformed.getMessage(), malformed);
        }
        throw new UnreachableException("the answer is not a JSON object");
    }

    private static String name(RequestOptions target) {
        return "https://" + target.getHost() + ":" + target.getPort() + target.getURI();
    }

    private RequestOptions target(JsonNode clientConfig) {
        JsonNode service = clientConfig.path("service");
        if (service.isObject()) {
            String namespace = Json.text(service, "namespace");
            String name = Json.text(service, "name");
            int port = service.path("port").asInt(443);
            ServiceEndpoints.Address address = services.resolve(namespace, name, port);
            return new RequestOptions().setSsl(true).setServer(SocketAddress.inetSocketAddress(address.port(), address.host()))
                    .setHost(name + "." + namespace + ".svc").setPort(port).setURI(path(Json.text(service, "path")));
        }
        URI url = URI.create(Json.text(clientConfig, "url"));
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return new RequestOptions().setSsl(true).setHost(url.getHost()).setPort(url.getPort() < 0 ? 443 : url.getPort()).setURI(path(url.getRawPath()) + query);
    }

    private static String path(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    private HttpClient client(String caBundle) {
        if (byAuthority.size() >= MAX_CLIENTS && !byAuthority.containsKey(caBundle)) {
            byAuthority.values().forEach(HttpClient::close);
            byAuthority.clear();
        }
        return byAuthority.computeIfAbsent(caBundle, bundle -> {
            HttpClientOptions options = new HttpClientOptions().setSsl(true).setForceSni(true).setVerifyHost(true).setKeepAliveTimeout(30);
            if (!bundle.isEmpty()) {
                options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(Base64.getDecoder().decode(bundle))));
            }
            return vertx.createHttpClient(options);
        });
    }
}
