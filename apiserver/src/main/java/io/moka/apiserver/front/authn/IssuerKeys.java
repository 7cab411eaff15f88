package io.moka.apiserver.front.authn;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.moka.apiserver.core.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The public keys of an OpenID Connect issuer, fetched when the first token arrives, and again when a token is signed by an unknown key,
/// but at most once in ten seconds. A failed fetch leaves the keys unchanged.
final class IssuerKeys {
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_KEYS = 100;

    private final String issuer;
    private final Supplier<HttpClient> http;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock
    private @Nullable HttpClient client;
    private Instant lastFetch = Instant.MIN;
    private volatile List<JWK> keys = List.of();

    IssuerKeys(String issuer, Supplier<HttpClient> http, InstantSource clock) {
        this.issuer = issuer;
        this.http = http;
        this.clock = clock;
    }

    /// Returns the keys that may have signed a token with this key id; all of them for a token without one.
    ///
    /// @throws IOException when the issuer cannot be reached and no keys are known
    List<JWK> candidates(@Nullable String keyId) throws IOException {
        List<JWK> known = matching(keyId);
        if (!known.isEmpty()) {
            return known;
        }
        lock.lock();
        try {
            known = matching(keyId);
            if (known.isEmpty() && !clock.instant().isBefore(lastFetch.equals(Instant.MIN) ? lastFetch : lastFetch.plus(BETWEEN_FETCHES))) {
                lastFetch = clock.instant();
                keys = fetch();
                known = matching(keyId);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private List<JWK> matching(@Nullable String keyId) {
        if (keyId == null) {
            return keys;
        }
        List<JWK> found = new ArrayList<>(1);
        for (JWK key : keys) {
            if (keyId.equals(key.getKeyID())) {
                found.add(key);
            }
        }
        return found;
    }

    private List<JWK> fetch() throws IOException {
        JsonNode discovery = Json.MAPPER.readTree(get(issuer + (issuer.endsWith("/") ? "" : "/") + ".well-known/openid-configuration"));
        if (!discovery.path("issuer").asText().equals(issuer)) {
            throw new IOException("the issuer calls itself " + discovery.path("issuer").asText() + ", not " + issuer);
        }
        String location = discovery.path("jwks_uri").asText();
        if (!location.startsWith("https://")) {
            throw new IOException("the issuer's keys are not served over https: " + location);
        }
        try {
            List<JWK> fetched = JWKSet.parse(get(location)).getKeys();
            return List.copyOf(fetched.subList(0, Math.min(MAX_KEYS, fetched.size())));
        } catch (ParseException malformed) {
            throw new IOException("the issuer's keys cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    private String get(String url) throws IOException {
        if (client == null) {
            client = http.get();
        }
        try {
            var response = client.send(HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException(url + " answers " + response.statusCode());
            }
            return response.body();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking " + url, stopped);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("not a URL: " + url, malformed);
        }
    }
}
