package io.moka.apiserver.authn;

import java.security.cert.X509Certificate;
import java.util.List;

/// What a caller showed: the certificate chain of the connection and the bearer token of the request, either may be empty.
public record Credentials(List<X509Certificate> certificates, String bearerToken) {}
