package io.moka.apiserver.extension.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Calls webhooks over HTTPS: conversion webhooks, and any other that has a `clientConfig`. Safe for all threads; calls block.
/// Connections are kept for at most [#MAX_CLIENTS] different CA bundles; at that bound all of them are closed and opened anew.
public final class WebhookClient {
    private static final int MAX_CLIENTS = 64;
    private static final int MAX_CONNECTIONS = 64;

    private final Vertx vertx;
    private final ServiceEndpoints services;
    private final Map<String, HttpClient> byAuthority = new ConcurrentHashMap<>();

    public WebhookClient(Vertx vertx, ServiceEndpoints services) {
        this.vertx = vertx;
        this.services = services;
    }

    /// Posts a review and returns the webhook's answer.
    ///
    /// @param clientConfig the webhook's `clientConfig`: `url`, or `service` with `namespace`, `name`, `path` and `port`, and `caBundle`
    /// @throws UnreachableException when no answer arrives in time, or the answer is not a JSON object with status 200
    public ObjectNode post(JsonNode clientConfig, ObjectNode review, Duration timeout) {
        RequestOptions target = target(clientConfig, timeout).setMethod(HttpMethod.POST).setConnectTimeout(timeout.toMillis())
                .putHeader("Content-Type", "application/json").putHeader("Accept", "application/json, */*").setFollowRedirects(false);
        AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        HttpClient client = client(Json.text(clientConfig, "caBundle"));
        Buffer body = Buffer.buffer(Json.write(review));
        // the webhook may close a kept connection just when it is used again, so such a request is sent once more
        Future<Buffer> answer = ask(client, target, body, sent)
                .recover(failure -> failure instanceof HttpClosedException ? ask(client, target, body, sent) : Future.failedFuture(failure));
        try {
            return read(answer.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS).getBytes());
        } catch (TimeoutException late) {
            throw abandoned(sent.get(), "Post \"" + name(target) + "\": context deadline exceeded", late);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw cause instanceof UnreachableException refused ? refused
                    : new UnreachableException("Post \"" + name(target) + "\": " + WebhookAnswer.describe(cause, target), cause);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw abandoned(sent.get(), "Post \"" + name(target) + "\": context canceled", stopped);
        }
    }

    private static Future<Buffer> ask(HttpClient client, RequestOptions target, Buffer body, AtomicReference<HttpClientRequest> sent) {
        return client.request(new RequestOptions(target)).compose(request -> {
            sent.set(request);
            // read in this context: the body may arrive directly after the head, and a handler that is attached from another context would miss it
            return request.send(body).compose(WebhookAnswer::read);
        });
    }

    /// Resets a request whose answer nobody waits for any more, to free its connection.
    private static UnreachableException abandoned(@Nullable HttpClientRequest request, String why, Exception cause) {
        if (request != null) {
            request.reset();
        }
        return new UnreachableException(why, cause);
    }

    private static ObjectNode read(byte[] body) {
        try {
            if (Json.MAPPER.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException malformed) {
            throw new UnreachableException("couldn't get version/kind; json parse error: " + firstLine(malformed), malformed);
        }
        throw new UnreachableException("couldn't get version/kind; json parse error: the answer is not a JSON object");
    }

    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static String name(RequestOptions target) {
        boolean plain = target.getServer() == null && target.getPort() == 443;
        return "https://" + target.getHost() + (plain ? "" : ":" + target.getPort()) + target.getURI();
    }

    /// Returns the target of a request. The query's `timeout` tells the webhook how long the server waits for its answer.
    private RequestOptions target(JsonNode clientConfig, Duration timeout) {
        String allowed = "timeout=" + timeout.toSeconds() + "s";
        JsonNode service = clientConfig.path("service");
        if (service.isObject()) {
            String namespace = Json.text(service, "namespace");
            String name = Json.text(service, "name");
            int port = service.path("port").asInt(443);
            ServiceEndpoints.Address address = services.resolve(namespace, name, port);
            return new RequestOptions().setSsl(true).setServer(SocketAddress.inetSocketAddress(address.port(), address.host()))
                    .setHost(name + "." + namespace + ".svc").setPort(port).setURI(path(Json.text(service, "path")) + "?" + allowed);
        }
        URI url = URI.create(Json.text(clientConfig, "url"));
        String query = "?" + (url.getRawQuery() == null ? "" : url.getRawQuery() + "&") + allowed;
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
            return vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
        });
    }
}
