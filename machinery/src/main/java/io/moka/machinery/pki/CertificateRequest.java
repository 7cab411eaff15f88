package io.moka.machinery.pki;

import java.util.List;

/// What a certificate is to say: a user and its groups, and for servers the names they answer to.
///
/// @param subjectNames DNS names and IP addresses, in any mix
public record CertificateRequest(String commonName, List<String> organizations, List<String> subjectNames, boolean server) {

    /// A client: Kubernetes reads the common name as the user and the organizations as its groups.
    public static CertificateRequest client(String user, String... groups) {
        return new CertificateRequest(user, List.of(groups), List.of(), false);
    }

    /// A server, which may also show the certificate as a client.
    public static CertificateRequest server(String commonName, List<String> subjectNames) {
        return new CertificateRequest(commonName, List.of(), subjectNames, true);
    }
}
