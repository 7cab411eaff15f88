package io.moka.apiserver.authn;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/// What a caller showed: the certificate chain of the connection, the bearer token of the request, either may be empty, and its headers.
public record Credentials(List<X509Certificate> certificates, String bearerToken, Headers headers) {

    /// A request's headers; names are the same in any case.
    public interface Headers {
        Headers NONE = new Headers() {
            @Override
            public List<String> all(String name) {
                return List.of();
            }

            @Override
            public Set<String> names() {
                return Set.of();
            }
        };

        List<String> all(String name);

        Set<String> names();
    }

    public Credentials(List<X509Certificate> certificates, String bearerToken) {
        this(certificates, bearerToken, Headers.NONE);
    }
}
