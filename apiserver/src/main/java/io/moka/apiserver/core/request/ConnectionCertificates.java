package io.moka.apiserver.core.request;

import io.vertx.core.http.HttpConnection;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Reads the certificates that a client sent in the TLS handshake.
final class ConnectionCertificates {
    private ConnectionCertificates() {}

    static List<X509Certificate> of(HttpConnection connection) {
        SSLSession session = connection.sslSession();
        if (session == null) {
            return List.of();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return List.of(Arrays.copyOf(chain, chain.length, X509Certificate[].class));
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }
}
