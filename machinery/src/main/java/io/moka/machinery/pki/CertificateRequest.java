package io.moka.machinery.pki;

import java.util.List;

/// The contents of a certificate to be issued: a user and its groups, and for servers the names that they answer to.
///
/// @param subjectNames DNS names and IP addresses, in any mix
public record CertificateRequest(String commonName, List<String> organizations, List<String> subjectNames, Side side) {

    /// The side of a connection for which the certificate is: its extended key usage.
    public enum Side {
        CLIENT, SERVER,
        /// Both sides: members of one etcd call each other, and themselves, with the certificate that they serve with.
        PEER
    }

    /// Returns the request of a client: Kubernetes reads the common name as the user and the organizations as its groups.
    public static CertificateRequest client(String user, String... groups) {
        return new CertificateRequest(user, List.of(groups), List.of(), Side.CLIENT);
    }

    /// Returns the request of a server, which may not use the certificate as a client.
    public static CertificateRequest server(String commonName, List<String> subjectNames) {
        return new CertificateRequest(commonName, List.of(), subjectNames, Side.SERVER);
    }

    public static CertificateRequest peer(String commonName, List<String> subjectNames) {
        return new CertificateRequest(commonName, List.of(), subjectNames, Side.PEER);
    }
}
