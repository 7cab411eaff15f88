package io.moka.apiserver.http;

import io.moka.apiserver.authn.UserInfo;
import io.moka.apiserver.authz.Attributes;
import io.moka.apiserver.authz.Authorizer;
import io.moka.apiserver.authz.Decision;
import io.moka.apiserver.status.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `Impersonate-User` and `Impersonate-Group`: acting as another, for those who may `impersonate` that user and those groups.
final class Impersonation {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final Authorizer authorizer;

    Impersonation(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    UserInfo effectiveUser(Exchange exchange, UserInfo caller) {
        String name = exchange.header("Impersonate-User");
        List<String> groups = exchange.request().headers().getAll("Impersonate-Group");
        if (name.isEmpty()) {
            if (!groups.isEmpty()) {
                throw ApiException.badRequest("requested groups without impersonating a user");
            }
            return caller;
        }
        requireAllowed(caller, name);
        groups.forEach(group -> require(caller, "groups", "", group));
        return new UserInfo(name, "", effectiveGroups(name, groups), Map.of());
    }

    private static List<String> effectiveGroups(String name, List<String> asked) {
        List<String> groups = new ArrayList<>(asked);
        if (groups.isEmpty() && name.startsWith(SERVICE_ACCOUNT)) {
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:" + name.split(":")[2]);
        }
        if (!name.equals(UserInfo.ANONYMOUS_NAME) && !groups.contains("system:authenticated")) {
            groups.add("system:authenticated");
        }
        return List.copyOf(groups);
    }

    private void requireAllowed(UserInfo caller, String name) {
        String[] parts = name.split(":");
        if (name.startsWith(SERVICE_ACCOUNT) && parts.length == 4) {
            require(caller, "serviceaccounts", parts[2], parts[3]);
        } else {
            require(caller, "users", "", name);
        }
    }

    private void require(UserInfo caller, String resource, String namespace, String name) {
        var asked = new Attributes(caller, "impersonate", "", "v1", resource, "", namespace, name, true, "");
        switch (authorizer.authorize(asked)) {
            case Decision.Allow() -> { }
            case Decision.Deny(String reason) -> throw Forbidden.answer(asked, reason);
            case Decision.NoOpinion(String reason) -> throw Forbidden.answer(asked, reason);
        }
    }
}
