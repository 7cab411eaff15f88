package io.moka.apiserver.front.authn;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Authenticates bootstrap tokens, with which a machine joins the cluster: `id.secret`, stored with
/// an expiry time in the secret `bootstrap-token-id` of `kube-system`.
public final class BootstrapTokenAuthenticator implements Authenticator {
    private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final Pattern GROUP = Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");
    private static final Set<String> TRUE = Set.of("true");

    private final ObjectReader objects;
    private final ResourceType secrets;
    private final InstantSource clock;

    public BootstrapTokenAuthenticator(ObjectReader objects, Catalog catalog, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
        secrets = catalog.get("", "v1", "secrets");
    }

    @Override
    public Authentication authenticate(Credentials credentials) {
        Matcher token = TOKEN.matcher(credentials.bearerToken());
        return token.matches() ? check(token.group(1), token.group(2)) : new Authentication.Absent();
    }

    private Authentication check(String id, String secret) {
        ObjectNode found = objects.get(secrets, "kube-system", "bootstrap-token-" + id);
        if (found == null || found.path("metadata").has("deletionTimestamp") || !Json.text(found, "type").equals("bootstrap.kubernetes.io/token")) {
            return new Authentication.Rejected("there is no bootstrap token " + id);
        }
        if (!value(found, "token-id").equals(id) || !MessageDigest.isEqual(value(found, "token-secret").getBytes(UTF_8), secret.getBytes(UTF_8))) {
            return new Authentication.Rejected("bootstrap token " + id + " has another secret");
        }
        if (expired(value(found, "expiration"))) {
            return new Authentication.Rejected("bootstrap token " + id + " has expired");
        }
        if (!TRUE.contains(value(found, "usage-bootstrap-authentication"))) {
            return new Authentication.Rejected("bootstrap token " + id + " is not for authentication");
        }
        return groups(id, value(found, "auth-extra-groups"));
    }

    private boolean expired(String expiration) {
        try {
            return !expiration.isEmpty() && !clock.instant().isBefore(OffsetDateTime.parse(expiration).toInstant());
        } catch (DateTimeException unreadable) {
            return true;
        }
    }

    private static Authentication groups(String id, String extraGroups) {
        List<String> groups = new ArrayList<>(List.of("system:bootstrappers"));
        for (String group : extraGroups.split(",")) {
            if (!group.isEmpty() && !GROUP.matcher(group).matches()) {
                return new Authentication.Rejected("bootstrap token " + id + " has a bad group: " + group);
            }
            if (!group.isEmpty() && !groups.contains(group)) {
                groups.add(group);
            }
        }
        groups.add("system:authenticated");
        return new Authentication.Authenticated(new UserInfo("system:bootstrap:" + id, "", List.copyOf(groups), Map.of()));
    }

    private static String value(ObjectNode secret, String key) {
        return new String(Base64.getMimeDecoder().decode(Json.text(secret, "data", key)), UTF_8);
    }
}
