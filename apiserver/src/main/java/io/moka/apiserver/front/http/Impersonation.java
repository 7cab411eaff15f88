package io.moka.apiserver.front.http;

import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.access.Authorizer;
import io.moka.apiserver.core.access.Decision;
import io.moka.apiserver.core.access.UserInfo;
import io.moka.apiserver.core.request.Exchange;
import io.moka.apiserver.core.request.Forbidden;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.front.authn.Credentials;
import io.moka.apiserver.front.authn.ExtraHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Evaluates `Impersonate-User`, `-Group`, `-Uid` and `-Extra-*`: the caller acts as another user,
/// if it may `impersonate` that user and each group, uid and extra.
final class Impersonation {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String AUTHENTICATION = "authentication.k8s.io";
    private static final String AUTHENTICATED = "system:authenticated";
    private static final String UNAUTHENTICATED = "system:unauthenticated";

    private final Authorizer authorizer;

    Impersonation(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    UserInfo effectiveUser(Exchange exchange, UserInfo caller) {
        Credentials.Headers headers = new RequestHeaders(exchange.request().headers());
        String name = exchange.header("Impersonate-User");
        String uid = exchange.header("Impersonate-Uid");
        List<String> groups = headers.all("Impersonate-Group");
        Map<String, List<String>> extra = ExtraHeaders.read(headers, "Impersonate-Extra-");
        if (name.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) {
                throw ApiException.badRequest("requested groups, a uid or extra facts without impersonating a user");
            }
            return caller;
        }
        requireUser(caller, name);
        groups.forEach(group -> require(caller, "", "groups", "", "", group));
        extra.forEach((key, values) -> values.forEach(value -> require(caller, AUTHENTICATION, "userextras", key, "", value)));
        if (!uid.isEmpty()) {
            require(caller, AUTHENTICATION, "uids", "", "", uid);
        }
        return new UserInfo(name, uid, effectiveGroups(name, groups), extra);
    }

    private static List<String> effectiveGroups(String name, List<String> asked) {
        List<String> groups = new ArrayList<>(asked);
        String[] parts = name.split(":", -1);
        if (groups.isEmpty() && isServiceAccount(name, parts)) {
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:" + parts[2]);
        }
        if (!groups.contains(AUTHENTICATED) && !groups.contains(UNAUTHENTICATED)) {
            groups.add(name.equals(UserInfo.ANONYMOUS_NAME) ? UNAUTHENTICATED : AUTHENTICATED);
        }
        return List.copyOf(groups);
    }

    private static boolean isServiceAccount(String name, String[] parts) {
        return name.startsWith(SERVICE_ACCOUNT) && parts.length == 4 && !parts[2].isEmpty() && !parts[3].isEmpty();
    }

    private void requireUser(UserInfo caller, String name) {
        String[] parts = name.split(":", -1);
        if (isServiceAccount(name, parts)) {
            require(caller, "", "serviceaccounts", "", parts[2], parts[3]);
        } else {
            require(caller, "", "users", "", "", name);
        }
    }

    private void require(UserInfo caller, String group, String resource, String subresource, String namespace, String name) {
        var asked = new Attributes(caller, "impersonate", group, "v1", resource, subresource, namespace, name, true, "");
        switch (authorizer.authorize(asked)) {
            case Decision.Allow ignored -> { }
            case Decision.Deny(String reason) -> throw Forbidden.answer(asked, reason);
            case Decision.NoOpinion(String reason) -> throw Forbidden.answer(asked, reason);
        }
    }
}
