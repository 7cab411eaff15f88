package io.moka.apiserver.front.authn;

import java.time.Instant;
import java.util.List;

/// The claims of a service-account token. Fields of objects that it is not bound to are empty.
public record ServiceAccountToken(
        String namespace, String serviceAccount, String serviceAccountUid, Bound pod, Bound secret, Bound node,
        List<String> audiences, Instant issuedAt, Instant expiresAt, String id) {

    /// An object that must exist for the token to be valid.
    public record Bound(String name, String uid) {
        public static final Bound NONE = new Bound("", "");

        public boolean present() {
            return !name.isEmpty();
        }
    }

    /// Whether the token is from a secret of the type `kubernetes.io/service-account-token`.
    public boolean legacy() {
        return secret.present() && secret.uid().isEmpty();
    }

    public String subject() {
        return "system:serviceaccount:" + namespace + ":" + serviceAccount;
    }
}
