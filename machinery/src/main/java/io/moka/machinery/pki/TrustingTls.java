package io.moka.machinery.pki;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// A TLS context for clients that trust any server and show no certificate, such as probes and attackers. The context is created when it is first used.
public final class TrustingTls extends X509ExtendedTrustManager {

    /// The context, for any number of connections.
    public static final SSLContext CONTEXT = context();

    private TrustingTls() {
    }

    private static SSLContext context() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustingTls()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
