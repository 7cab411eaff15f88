package io.moka.controllers.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Secret;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A bootstrap token, read from its secret, with which a node joins the cluster.
record BootstrapToken(Secret secret) {

    static final String TYPE = "bootstrap.kubernetes.io/token";
    static final String NAMESPACE = "kube-system";
    private static final String PREFIX = "bootstrap-token-";
    private static final Pattern ID = Pattern.compile("[a-z0-9]{6}");

    String id() {
        return text("token-id");
    }

    String secretPart() {
        return text("token-secret");
    }

    /// When it ends; null for never. An end that is no time is taken for one that has been.
    @Nullable Instant end() {
        var expiration = text("expiration");
        if (expiration.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(expiration).toInstant();
        } catch (DateTimeException unreadable) {
            return Instant.MIN;
        }
    }

    /// Returns how long the token is still valid; null if it never expires, not positive if it has expired.
    @Nullable Duration left(Instant now) {
        var end = end();
        return end == null ? null : end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO;
    }

    boolean maySign(Instant now) {
        var left = left(now);
        return ID.matcher(id()).matches() && secret.getMetadata().getName().equals(PREFIX + id()) && !secretPart().isEmpty()
                && (left == null || left.isPositive()) && text("usage-bootstrap-signing").equals("true");
    }

    private String text(String key) {
        var data = secret.getData();
        var encoded = data == null ? null : data.get(key);
        try {
            return encoded == null ? "" : new String(Base64.getDecoder().decode(encoded), UTF_8);
        } catch (IllegalArgumentException noBase64) {
            return "";
        }
    }
}
