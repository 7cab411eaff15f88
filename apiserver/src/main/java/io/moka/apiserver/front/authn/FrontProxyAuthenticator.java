package io.moka.apiserver.front.authn;

import io.moka.apiserver.core.access.UserInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Authenticates callers by the headers of a proxy whose certificate is from the front-proxy authority. The same headers from other clients are ignored.
public final class FrontProxyAuthenticator implements Authenticator {
    private final CertificateAuthenticator proxies;
    private final FrontProxyOptions options;

    public FrontProxyAuthenticator(Path authorities, FrontProxyOptions options, InstantSource clock) throws IOException {
        proxies = new CertificateAuthenticator(authorities, clock);
        this.options = options;
    }

    @Override
    public Authentication authenticate(Credentials credentials) {
        String name = first(credentials.headers(), options.usernameHeaders);
        if (name.isEmpty() || credentials.certificates().isEmpty()) {
            return new Authentication.Absent();
        }
        return switch (proxies.authenticate(credentials)) {
            case Authentication.Authenticated(UserInfo proxy) when options.allowedNames.isEmpty() || options.allowedNames.contains(proxy.name()) ->
                    new Authentication.Authenticated(user(credentials.headers(), name));
            case Authentication.Authenticated(UserInfo proxy) ->
                    new Authentication.Rejected("x509: subject with cn=" + proxy.name() + " is not in the allowed list");
            case Authentication.Rejected ignored -> new Authentication.Absent();
            case Authentication.Absent absent -> absent;
        };
    }

    private UserInfo user(Credentials.Headers headers, String name) {
        List<String> groups = new ArrayList<>();
        options.groupHeaders.forEach(header -> groups.addAll(headers.all(header)));
        Map<String, List<String>> extra = new LinkedHashMap<>();
        options.extraHeadersPrefixes.forEach(prefix -> extra.putAll(ExtraHeaders.read(headers, prefix)));
        if (!name.equals(UserInfo.ANONYMOUS_NAME) && !groups.contains("system:authenticated") && !groups.contains("system:unauthenticated")) {
            groups.add("system:authenticated");
        }
        return new UserInfo(name, first(headers, options.uidHeaders), List.copyOf(groups), extra);
    }

    private static String first(Credentials.Headers headers, List<String> names) {
        for (String name : names) {
            for (String value : headers.all(name)) {
                if (!value.isBlank()) {
                    return value;
                }
            }
        }
        return "";
    }
}
