package io.moka.apiserver.authn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.resource.ObjectReader;
import io.moka.apiserver.resource.ResourceType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Service-account tokens: good while the account, and the pod, secret or node that the token is bound to, still exist.
public final class TokenAuthenticator implements Authenticator {
    private final TokenVerifier verifier;
    private final List<String> audiences;
    private final ObjectReader objects;
    private final ResourceType accounts;
    private final ResourceType pods;
    private final ResourceType secrets;
    private final ResourceType nodes;

    public TokenAuthenticator(TokenVerifier verifier, List<String> audiences, ObjectReader objects, Catalog catalog) {
        this.verifier = verifier;
        this.audiences = audiences;
        this.objects = objects;
        accounts = catalog.get("", "v1", "serviceaccounts");
        pods = catalog.get("", "v1", "pods");
        secrets = catalog.get("", "v1", "secrets");
        nodes = catalog.get("", "v1", "nodes");
    }

    @Override
    public Authentication authenticate(Credentials credentials) {
        return credentials.bearerToken().isEmpty() ? new Authentication.Absent() : check(credentials.bearerToken(), audiences);
    }

    /// Checks a token that must be meant for one of the audiences.
    public Authentication check(String bearerToken, List<String> wantedAudiences) {
        ServiceAccountToken token = verifier.verify(bearerToken).orElse(null);
        if (token == null) {
            return new Authentication.Rejected("the token is not ours, or its time is over");
        }
        if (token.audiences().stream().noneMatch(wantedAudiences::contains)) {
            return new Authentication.Rejected("the token is for " + token.audiences());
        }
        if (!exists(accounts, token.namespace(), token.serviceAccount(), token.serviceAccountUid())) {
            return new Authentication.Rejected("the service account is gone");
        }
        return boundObjectsExist(token) ? new Authentication.Authenticated(user(token)) : new Authentication.Rejected("what the token is bound to is gone");
    }

    /// The audiences of a token that is known to be good.
    public List<String> audiencesOf(String bearerToken) {
        return verifier.verify(bearerToken).map(ServiceAccountToken::audiences).orElse(List.of());
    }

    private boolean boundObjectsExist(ServiceAccountToken token) {
        return (!token.pod().present() || exists(pods, token.namespace(), token.pod().name(), token.pod().uid()))
                && (!token.secret().present() || exists(secrets, token.namespace(), token.secret().name(), token.secret().uid()))
                && (token.pod().present() || !token.node().present() || exists(nodes, "", token.node().name(), token.node().uid()));
    }

    private boolean exists(ResourceType type, String namespace, String name, String uid) {
        ObjectNode found = objects.get(type, namespace, name);
        return found != null && Json.uid(found).equals(uid);
    }

    private static UserInfo user(ServiceAccountToken token) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + token.id()));
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
