package io.moka.machinery.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/// Authenticates and authorises the callers of a component's pages through the apiserver. Upstream's delegated authentication and authorization.
///
/// A caller is identified by the headers `X-Remote-*`, if it shows the certificate of a front proxy (the apiserver that passes a request on), by its own client
/// certificate, or by a bearer token, which a TokenReview checks. A SubjectAccessReview then says whether the caller may `get` the path.
public final class DelegatedAccess {

    private static final String EXTRA = "x-remote-extra-";

    /// The parts of a request that identify the caller.
    ///
    /// @param certificate the client certificate, which TLS has verified; null without one
    /// @param headers by their names in lower case
    public record Request(String path, @Nullable X509Certificate certificate, Map<String, List<String>> headers) {

        List<String> values(String name) {
            return headers.getOrDefault(name, List.of());
        }
    }

    /// Whether a request may be answered.
    public sealed interface Decision {
        record Allowed() implements Decision {
        }

        /// @param user the caller's name
        record Denied(String user) implements Decision {
        }

        /// The caller is not known.
        record Unauthenticated() implements Decision {
        }
    }

    private final ApiClient client;
    private final List<X509Certificate> users;
    private final List<X509Certificate> frontProxies;
    private final Set<String> frontProxyNames;

    /// @param users the authorities of users' certificates
    /// @param frontProxies the authorities of the front proxies' certificates; empty if no front proxy is believed
    /// @param frontProxyNames the common names that such a certificate may have
    public DelegatedAccess(ApiClient client, List<X509Certificate> users, List<X509Certificate> frontProxies, Set<String> frontProxyNames) {
        this.client = client;
        this.users = users;
        this.frontProxies = frontProxies;
        this.frontProxyNames = frontProxyNames;
    }

    /// Blocks for as long as the apiserver takes.
    ///
    /// @throws ApiException when the apiserver refuses the question
    public Decision decide(Request request) {
        var user = user(request);
        if (user == null) {
            return new Decision.Unauthenticated();
        }
        user.set("nonResourceAttributes", Json.tree(Map.of("verb", "get", "path", request.path)));
        var review = post("/apis/authorization.k8s.io/v1/subjectaccessreviews", "authorization.k8s.io/v1", "SubjectAccessReview", user);
        return review.path("allowed").asBoolean() ? new Decision.Allowed() : new Decision.Denied(user.path("user").asText());
    }

    /// The caller as the fields `user`, `uid`, `groups` and `extra` of a review; null if it is not known.
    private @Nullable ObjectNode user(Request request) {
        var certificate = request.certificate;
        if (certificate != null) {
            var names = names(certificate, "CN");
            var name = names.isEmpty() ? "" : names.getFirst();
            if (isFrontProxy(certificate)) {
                return remoteUser(request);
            }
            boolean ofFrontProxy = isIssuedByAny(frontProxies, certificate);
            boolean ofUser = !ofFrontProxy || isIssuedByAny(users, certificate);
            return ofUser && !name.isEmpty() ? subject(name, names(certificate, "O")) : null;
        }
        var authorization = request.values("authorization");
        return authorization.isEmpty() || !authorization.getFirst().startsWith("Bearer ") ? null : tokenUser(authorization.getFirst().substring(7).strip());
    }

    /// Whether the certificate is one of a front proxy. A front proxy is trusted to name the caller, and has authorised the request already.
    boolean isFrontProxy(X509Certificate certificate) {
        var names = names(certificate, "CN");
        return !names.isEmpty() && frontProxyNames.contains(names.getFirst()) && isIssuedByAny(frontProxies, certificate);
    }

    private static boolean isIssuedByAny(List<X509Certificate> authorities, X509Certificate certificate) {
        return authorities.stream().anyMatch(authority -> isIssuedBy(authority, certificate));
    }

    private static boolean isIssuedBy(X509Certificate authority, X509Certificate certificate) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static @Nullable ObjectNode remoteUser(Request request) {
        var names = request.values("x-remote-user");
        if (names.isEmpty() || names.getFirst().isEmpty()) {
            return null;
        }
        var user = subject(names.getFirst(), request.values("x-remote-group"));
        request.values("x-remote-uid").forEach(uid -> user.put("uid", uid));
        var extra = user.putObject("extra");
        request.headers.forEach((name, values) -> {
            if (name.startsWith(EXTRA)) {
                extra.set(URLDecoder.decode(name.substring(EXTRA.length()), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT), Json.tree(values));
            }
        });
        return user;
    }

    private @Nullable ObjectNode tokenUser(String token) {
        var status = post("/apis/authentication.k8s.io/v1/tokenreviews", "authentication.k8s.io/v1", "TokenReview", Json.tree(Map.of("token", token)));
        if (!status.path("authenticated").asBoolean()) {
            return null;
        }
        var known = status.path("user");
        var user = Json.mapper().createObjectNode().put("user", known.path("username").asText());
        for (var field : List.of("uid", "groups", "extra")) {
            if (known.hasNonNull(field)) {
                user.set(field, known.path(field));
            }
        }
        return user;
    }

    private static ObjectNode subject(String name, List<String> groups) {
        var user = Json.mapper().createObjectNode().put("user", name);
        var all = user.putArray("groups");
        groups.forEach(all::add);
        if (!groups.contains("system:authenticated")) {
            all.add("system:authenticated");
        }
        return user;
    }

    private static List<String> names(X509Certificate certificate, String type) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName()).getRdns().reversed().stream()
                    .filter(part -> part.getType().equalsIgnoreCase(type)).map(part -> part.getValue().toString()).toList();
        } catch (InvalidNameException e) {
            return List.of();
        }
    }

    private JsonNode post(String path, String version, String kind, JsonNode spec) {
        try {
            return Json.mapper().readTree(client.send("POST", path, Map.of(), "application/json",
                    Json.bytes(Map.of("apiVersion", version, "kind", kind, "metadata", Map.of(), "spec", spec)))).path("status");
        } catch (IOException e) {
            throw new UncheckedIOException(kind, e);
        }
    }
}
