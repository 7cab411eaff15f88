package io.moka.bench;

import io.moka.machinery.client.ClientConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedDeque;

/// A client that costs as little as it can, for the machine's cores are the server's too: it sends bytes that are ready, and reads
/// answers without parsing them. It keeps a connection for each call under way.
final class RawClient implements AutoCloseable {

    private final URI server;
    private final ClientConfig config;
    private final ConcurrentLinkedDeque<HttpConnection> idle = new ConcurrentLinkedDeque<>();

    RawClient(ClientConfig config) {
        this.config = config;
        server = URI.create(config.server());
    }

    byte[] get(String path) throws IOException {
        return send("GET", path, "", new byte[0]);
    }

    void delete(String path) throws IOException {
        send("DELETE", path, "", new byte[0]);
    }

    byte[] send(String method, String path, String contentType, byte[] body) throws IOException {
        var connection = connection();
        var head = connection.send(request(method, path, contentType, body));
        var answer = connection.body(head);
        idle.push(connection);
        require(head, method, path, answer);
        return answer;
    }

    /// An answer without an end, such as a watch; the caller closes it.
    InputStream open(String path) throws IOException {
        var connection = HttpConnection.open(server, config.sslContext());
        var head = connection.send(request("GET", path, "", new byte[0]));
        if (head.status() >= 300 || head.length() >= 0) {
            try (connection) {
                var answer = connection.body(head);
                require(head, "GET", path, answer);
                return new ByteArrayInputStream(answer);
            }
        }
        connection.waitForever();
        return connection.stream();
    }

    private HttpConnection connection() throws IOException {
        for (var kept = idle.poll(); kept != null; kept = idle.poll()) {
            if (!kept.rested()) {
                return kept;
            }
            kept.close();
        }
        return HttpConnection.open(server, config.sslContext());
    }

    private byte[] request(String method, String path, String contentType, byte[] body) throws IOException {
        var type = contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\nContent-Length: " + body.length + "\r\n";
        var head = method + " " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n" + type + "\r\n";
        var whole = new ByteArrayOutputStream(head.length() + body.length);
        whole.write(head.getBytes(StandardCharsets.ISO_8859_1));
        whole.write(body);
        return whole.toByteArray();
    }

    private static void require(HttpConnection.Head head, String method, String path, byte[] answer) throws IOException {
        if (head.status() >= 300) {
            throw new IOException(method + " " + path + " was answered with " + head.status() + ": " + new String(answer, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        for (var connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }
}
