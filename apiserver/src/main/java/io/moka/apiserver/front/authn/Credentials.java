package io.moka.apiserver.front.authn;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/// The credentials of a caller: the certificate chain of the connection and the bearer token of the request, each possibly empty, and the
/// request's headers.
public record Credentials(List<X509Certificate> certificates, String bearerToken, Headers headers) {

    /// A request's headers; names are case-insensitive.
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
