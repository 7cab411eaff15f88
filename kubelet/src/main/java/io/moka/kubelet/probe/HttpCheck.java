package io.moka.kubelet.probe;

import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.moka.machinery.pki.TrustingTls;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Sends one GET to a container. Certificates are not checked, since the probe tests only whether the container answers.
final class HttpCheck {

    private static final int LONGEST_LINE = 8_192;
    private static final int MOST_HEADERS = 200;
    private static final int BODY_BYTES = 10 * 1024;
    private static final int MOST_REDIRECTS = 10;

    static final String LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

    private HttpCheck() {
    }

    /// The parts of the URL to get.
    ///
    /// @param path the path, including the query
    private record Target(boolean secure, String host, int port, String path) {

        static Target of(Subject subject, HTTPGetAction action) {
            var host = action.getHost() == null || action.getHost().isEmpty() ? subject.address() : action.getHost();
            var path = action.getPath() == null ? "" : action.getPath();
            return new Target("HTTPS".equals(action.getScheme()), host, subject.port(action.getPort()), path.startsWith("/") ? path : "/" + path);
        }

        /// @param location the URL of a redirect, absolute or relative to this target
        Target at(String location) {
            var uri = URI.create(location);
            var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            if (uri.getHost() == null) {
                var path = path().split("\\?", 2)[0];
                var folder = uri.getRawPath().startsWith("/") ? "" : path.substring(0, path.lastIndexOf('/') + 1);
                return new Target(secure, host, port, folder + uri.getRawPath() + query);
            }
            boolean https = uri.getScheme() == null ? secure : uri.getScheme().equals("https");
            return new Target(https, uri.getHost(), uri.getPort() >= 0 ? uri.getPort() : https ? 443 : 80,
                    (uri.getRawPath().isEmpty() ? "/" : uri.getRawPath()) + query);
        }

        String url() {
            return (secure ? "https://" : "http://") + host + ":" + port + path;
        }
    }

    private record Answer(int status, @Nullable String location, String body) {

        boolean isRedirect() {
            return location != null && (status >= 301 && status <= 303 || status == 307 || status == 308);
        }
    }

    /// Returns the result by the answer's status. Redirects are followed as long as they stay on the host.
    static ProbeResult get(Subject subject, HTTPGetAction action, Duration timeout) {
        var deadline = System.nanoTime() + timeout.toNanos();
        var first = Target.of(subject, action);
        var target = first;
        try {
            for (int redirects = 0; redirects < MOST_REDIRECTS; redirects++) {
                var answer = ask(target, action, Duration.ofNanos(deadline - System.nanoTime()));
                if (!answer.isRedirect()) {
                    return judged(answer);
                }
                var next = target.at(String.valueOf(answer.location));
                if (!next.host.equals(first.host)) {
                    return judged(answer);
                }
                target = next;
            }
            return new ProbeResult.Failure("Get \"" + target.url() + "\": stopped after " + MOST_REDIRECTS + " redirects");
        } catch (IOException e) {
            return failed(target, e);
        }
    }

    static String url(Subject subject, HTTPGetAction action) {
        return Target.of(subject, action).url();
    }

    private static ProbeResult judged(Answer answer) {
        if (answer.status < 200 || answer.status >= 400) {
            return new ProbeResult.Failure("HTTP probe failed with statuscode: " + answer.status);
        }
        return answer.status < 300 ? new ProbeResult.Success()
                : new ProbeResult.Warning("Probe terminated redirects, Response body: " + answer.body);
    }

    /// Returns a success for any answer, whatever its status.
    static ProbeResult call(Subject subject, HTTPGetAction action, Duration timeout) {
        var target = Target.of(subject, action);
        try {
            ask(target, action, timeout);
            return new ProbeResult.Success();
        } catch (IOException e) {
            return failed(target, e);
        }
    }

    private static ProbeResult failed(Target target, IOException e) {
        return new ProbeResult.Failure("Get \"" + target.url() + "\": " + (e instanceof SocketTimeoutException
                ? LATE : Failures.dial(target.host, target.port, e)));
    }

    private static Answer ask(Target target, HTTPGetAction action, Duration timeout) throws IOException {
        try (var socket = connect(target.host, target.port, timeout, target.secure)) {
            socket.getOutputStream().write(request(action, target).getBytes(StandardCharsets.US_ASCII));
            var in = new BufferedInputStream(socket.getInputStream());
            int status = status(line(in));
            String location = null;
            int headers = 0;
            for (var header = line(in); !header.isEmpty() && headers < MOST_HEADERS; header = line(in), headers++) {
                if (header.regionMatches(true, 0, "Location:", 0, 9)) {
                    location = header.substring(9).strip();
                }
            }
            return new Answer(status, location, status >= 300 && status < 400 ? new String(in.readNBytes(BODY_BYTES), StandardCharsets.UTF_8) : "");
        }
    }

    private static Socket connect(String host, int port, Duration timeout, boolean secure) throws IOException {
        var socket = new Socket();
        try {
            int millis = (int) Math.max(1, timeout.toMillis());
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            return secure ? TrustingTls.CONTEXT.getSocketFactory().createSocket(socket, host, port, true) : socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String request(HTTPGetAction action, Target target) {
        var text = new StringBuilder("GET ").append(target.path).append(" HTTP/1.1\r\n");
        var given = action.getHttpHeaders();
        if (lacks(action, "Host")) {
            text.append("Host: ").append(target.host).append(':').append(target.port).append("\r\n");
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

    private static int status(String line) throws IOException {
        var words = line.split(" ");
        if (words.length < 2 || !words[0].startsWith("HTTP/") || !words[1].chars().allMatch(Character::isDigit)) {
            throw new IOException(line.isEmpty() ? "EOF" : "malformed HTTP response \"" + line + "\"");
        }
        return Integer.parseInt(words[1]);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_LINE; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }
}
