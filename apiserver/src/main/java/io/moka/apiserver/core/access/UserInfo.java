package io.moka.apiserver.core.access;

import java.util.List;
import java.util.Map;

/// The caller's identity: the name, uid, groups and extra facts that an authenticator established.
public record UserInfo(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String ANONYMOUS_NAME = "system:anonymous";
    public static final UserInfo ANONYMOUS = new UserInfo(ANONYMOUS_NAME, "", List.of("system:unauthenticated"), Map.of());

    public UserInfo(String name, List<String> groups) {
        this(name, "", groups, Map.of());
    }

    public boolean inGroup(String group) {
        return groups.contains(group);
    }
}
