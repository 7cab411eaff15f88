package io.moka.apiserver.front.authn;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.machinery.meta.Times;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Authenticates service-account tokens, which are valid while the account, and the pod, secret or node that the token is bound to, exist.
public final class TokenAuthenticator implements Authenticator {
    private final TokenVerifier verifier;
    private final List<String> audiences;
    private final ObjectReader objects;
    private final InstantSource clock;
    private final ResourceType accounts;
    private final ResourceType pods;
    private final ResourceType secrets;
    private final ResourceType nodes;

    public TokenAuthenticator(TokenVerifier verifier, List<String> audiences, ObjectReader objects, Catalog catalog, InstantSource clock) {
        this.verifier = verifier;
        this.audiences = audiences;
        this.objects = objects;
        this.clock = clock;
        accounts = catalog.get("", "v1", "serviceaccounts");
        pods = catalog.get("", "v1", "pods");
        secrets = catalog.get("", "v1", "secrets");
        nodes = catalog.get("", "v1", "nodes");
    }

    @Override
    public Authentication authenticate(Credentials credentials) {
        return credentials.bearerToken().isEmpty() ? new Authentication.Absent() : check(credentials.bearerToken(), audiences);
    }

    /// Checks a token, which must be issued for one of the audiences.
    public Authentication check(String bearerToken, List<String> wantedAudiences) {
        ServiceAccountToken token = verifier.verify(bearerToken).orElse(null);
        if (token == null) {
            return rejected("service account token has expired or is not ours");
        }
        if (audiencesOf(token).stream().noneMatch(wantedAudiences::contains)) {
            return rejected("token audiences " + quoted(audiencesOf(token)) + " is invalid for the target audiences " + quoted(wantedAudiences));
        }
        if (!exists(accounts, token.namespace(), token.serviceAccount(), token.serviceAccountUid())) {
            return rejected("serviceaccounts \"" + token.serviceAccount() + "\" not found, or another of that name");
        }
        boolean backed = token.legacy() ? isInSecret(token, bearerToken) : boundObjectsExist(token);
        return backed ? new Authentication.Authenticated(user(token)) : rejected("service account token has been invalidated");
    }

    /// Rejects the token with upstream's message, which TokenReviews show.
    private static Authentication rejected(String why) {
        return new Authentication.Rejected("[invalid bearer token, " + why + "]");
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(" ", "[", "]"));
    }

    /// Returns the audiences of a token that is known to be valid.
    public List<String> audiencesOf(String bearerToken) {
        return verifier.verify(bearerToken).map(this::audiencesOf).orElse(List.of());
    }

    private List<String> audiencesOf(ServiceAccountToken token) {
        return token.legacy() ? audiences : token.audiences();
    }

    private boolean isInSecret(ServiceAccountToken token, String bearerToken) {
        ObjectNode secret = objects.get(secrets, token.namespace(), token.secret().name());
        if (secret == null || !Json.text(secret, "type").equals("kubernetes.io/service-account-token") || isLongDeleted(secret)) {
            return false;
        }
        return MessageDigest.isEqual(Base64.getMimeDecoder().decode(Json.text(secret, "data", "token")), bearerToken.getBytes(UTF_8));
    }

    private boolean boundObjectsExist(ServiceAccountToken token) {
        return (!token.pod().present() || exists(pods, token.namespace(), token.pod().name(), token.pod().uid()))
                && (!token.secret().present() || exists(secrets, token.namespace(), token.secret().name(), token.secret().uid()))
                && (token.pod().present() || !token.node().present() || exists(nodes, "", token.node().name(), token.node().uid()));
    }

    private boolean exists(ResourceType type, String namespace, String name, String uid) {
        ObjectNode found = objects.get(type, namespace, name);
        return found != null && Json.uid(found).equals(uid) && !isLongDeleted(found);
    }

    /// Whether the object's deletion timestamp is more than a minute ago. Until then an object that waits for finalizers, or for its grace period,
    /// still counts as existing.
    private boolean isLongDeleted(ObjectNode object) {
        Instant deleted = Times.parse(Json.text(object, "metadata", "deletionTimestamp"));
        return deleted != null && deleted.plusSeconds(60).isBefore(clock.instant());
    }

    private static UserInfo user(ServiceAccountToken token) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        if (!token.id().isEmpty()) {
            extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + token.id()));
        }
        putBound(extra, "node", token.node());
        putBound(extra, "pod", token.pod());
        return new UserInfo(token.subject(), token.serviceAccountUid(),
                List.of("system:serviceaccounts", "system:serviceaccounts:" + token.namespace(), "system:authenticated"), extra);
    }

    private static void putBound(Map<String, List<String>> extra, String kind, ServiceAccountToken.Bound bound) {
        if (bound.present()) {
            extra.put("authentication.kubernetes.io/" + kind + "-name", List.of(bound.name()));
            extra.put("authentication.kubernetes.io/" + kind + "-uid", List.of(bound.uid()));
        }
    }
}
