package io.moka.kubelet.server;

import io.vertx.core.http.HttpServerRequest;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Finds the caller of a request by its client certificate. TLS has already checked that the authority for kubelets' clients signed it, and signed it for a
/// client.
final class Callers {

    private static final String APISERVER = "kube-apiserver-kubelet-client";
    private static final String ADMINISTRATORS = "system:masters";

    private Callers() {
    }

    /// @throws HttpProblem 401 without a certificate, 403 unless the certificate is the apiserver's or an administrator's
    static void requireAdministrator(HttpServerRequest request) {
        try {
            var certificate = (X509Certificate) request.connection().peerCertificates().getFirst();
            var name = new LdapName(certificate.getSubjectX500Principal().getName());
            if (name.getRdns().stream().noneMatch(rdn -> rdn.getType().equals("O") && ADMINISTRATORS.equals(rdn.getValue()) || rdn.getType().equals("CN") && APISERVER.equals(rdn.getValue()))) {
                throw new HttpProblem(403, "Forbidden (resource=nodes, subresource=proxy)");
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new HttpProblem(401, "Unauthorized");
        } catch (InvalidNameException e) {
            throw new HttpProblem(403, "Forbidden: " + e.getMessage());
        }
    }
}
