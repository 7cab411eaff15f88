package io.moka.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A web server that answers each request with `Hello`, for pods that get more requests than busybox's can take, which starts a process for each of them and
/// lets nine connections wait. It uses the JDK's base module alone, so it runs with the Java runtime of the DNS server's image.
public final class HelloServer {

    private static final int WAITING_CONNECTIONS = 4_096;
    private static final byte[] ANSWER = "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nHello\n".getBytes(StandardCharsets.US_ASCII);

    private HelloServer() {
    }

    /// @param arguments the port
    public static void main(String[] arguments) throws IOException {
        try (var server = new ServerSocket(Integer.parseInt(arguments[0]), WAITING_CONNECTIONS)) {
            while (true) {
                var client = server.accept();
                Thread.ofVirtual().start(() -> answer(client));
            }
        }
    }

    /// Reads the whole request: a socket that is closed with unread bytes resets its connection.
    private static void answer(Socket client) {
        try (client) {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            for (var line = in.readLine(); line != null && !line.isEmpty(); ) {
                line = in.readLine();
            }
            client.getOutputStream().write(ANSWER);
        } catch (IOException e) {
            // The client has gone; whether an answer is missing is for the client to say.
            return;
        }
    }
}
