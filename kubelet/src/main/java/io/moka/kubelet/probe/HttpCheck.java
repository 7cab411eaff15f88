package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// One GET to a container. Certificates are not checked: the question is whether it answers, not who it is.
final class HttpCheck {

    private static final int LONGEST_LINE = 8_192;

    private HttpCheck() {
    }

    static ProbeResult get(Subject subject, HTTPGetAction action, Duration timeout) {
        var host = action.getHost() == null || action.getHost().isEmpty() ? subject.address() : action.getHost();
        boolean secure = "HTTPS".equals(action.getScheme());
        int port = subject.port(action.getPort());
        var url = (secure ? "https://" : "http://") + host + ":" + port + path(action);
        try (var socket = connect(host, port, timeout, secure)) {
            socket.getOutputStream().write(request(action, host, port).getBytes(StandardCharsets.US_ASCII));
            int status = status(new BufferedInputStream(socket.getInputStream()));
            return status >= 200 && status < 400 ? new ProbeResult.Success()
                    : new ProbeResult.Failure("HTTP probe failed with statuscode: " + status);
        } catch (SocketTimeoutException e) {
            return new ProbeResult.Failure("Get \"" + url + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        } catch (IOException e) {
            return new ProbeResult.Failure("Get \"" + url + "\": " + Failures.dial(host, port, e));
        }
    }

    private static Socket connect(String host, int port, Duration timeout, boolean secure) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            return secure ? Trusting.CONTEXT.getSocketFactory().createSocket(socket, host, port, true) : socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String path(HTTPGetAction action) {
        var path = action.getPath() == null || action.getPath().isEmpty() ? "/" : action.getPath();
        return path.startsWith("/") ? path : "/" + path;
    }

    private static String request(HTTPGetAction action, String host, int port) {
        var text = new StringBuilder("GET ").append(path(action)).append(" HTTP/1.1\r\n");
        var given = action.getHttpHeaders();
        if (lacks(action, "Host")) {
            text.append("Host: ").append(host).append(':').append(port).append("\r\n");
        }
        if (lacks(action, "User-Agent")) {
            text.append("User-Agent: kube-probe/1.36\r\n");
        }
        if (lacks(action, "Accept")) {
            text.append("Accept: */*\r\n");
        }
        for (HTTPHeader header : given) {
            text.append(header.getName()).append(": ").append(header.getValue()).append("\r\n");
        }
        return text.append("Connection: close\r\n\r\n").toString();
    }

    private static boolean lacks(HTTPGetAction action, String header) {
        return action.getHttpHeaders().stream().noneMatch(given -> given.getName().toLowerCase(Locale.ROOT).equals(header.toLowerCase(Locale.ROOT)));
    }

    private static int status(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = in.read()) {
            line.append((char) c);
        }
        var words = line.toString().split(" ");
        if (words.length < 2 || !words[0].startsWith("HTTP/") || !words[1].chars().allMatch(Character::isDigit)) {
            throw new IOException(line.isEmpty() ? "EOF" : "malformed HTTP response \"" + line.toString().strip() + "\"");
        }
        return Integer.parseInt(words[1]);
    }

    /// Loaded with the first HTTPS probe.
    private static final class Trusting extends X509ExtendedTrustManager {

        static final SSLContext CONTEXT = context();

        private static SSLContext context() {
            try {
                var context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {new Trusting()}, null);
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
}
