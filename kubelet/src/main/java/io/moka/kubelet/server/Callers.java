package io.moka.kubelet.server;

import io.vertx.core.http.HttpServerRequest;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Who calls, by the certificate they show. TLS has already checked that the cluster's authority signed it.
final class Callers {

    private static final String ADMINISTRATORS = "system:masters";

    private Callers() {
    }

    /// @throws HttpProblem 401 for nobody, 403 for anybody but administrators (the apiserver is one)
    static void requireAdministrator(HttpServerRequest request) {
        try {
            var certificate = (X509Certificate) request.connection().peerCertificates().getFirst();
            var name = new LdapName(certificate.getSubjectX500Principal().getName());
            if (name.getRdns().stream().noneMatch(rdn -> rdn.getType().equals("O") && ADMINISTRATORS.equals(rdn.getValue()))) {
                throw new HttpProblem(403, "Forbidden (resource=nodes, subresource=proxy)");
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new HttpProblem(401, "Unauthorized");
        } catch (InvalidNameException e) {
            throw new HttpProblem(403, "Forbidden: " + e.getMessage());
        }
    }
}
