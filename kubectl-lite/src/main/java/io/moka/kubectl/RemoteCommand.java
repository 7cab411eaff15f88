package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// The streams of a command in a container over one WebSocket: the first byte of each message says which stream it belongs to.
///
/// Speaks `v5.channel.k8s.io` (which can close standard input) and `v4.channel.k8s.io`.
final class RemoteCommand {

    private static final byte STDIN = 0;
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte ERROR = 3;
    private static final byte CLOSE = (byte) 255;

    private final ApiClient client;
    private final String path;
    private final String query;
    private final OutputStream stdout;
    private final OutputStream stderr;
    private final CompletableFuture<Integer> exitStatus = new CompletableFuture<>();

    RemoteCommand(ApiClient client, String path, String query) {
        this(client, path, query, System.out, System.err);
    }

    RemoteCommand(ApiClient client, String path, String query, OutputStream stdout, OutputStream stderr) {
        this.client = client;
        this.path = path;
        this.query = query;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /// The query of `exec` and `attach`.
    ///
    /// @param command empty for attach
    /// @param container null for the only or the default one
    static String query(List<String> command, @Nullable String container, boolean stdin, boolean tty) {
        var query = new ArrayList<String>();
        command.forEach(word -> query.add("command=" + URLEncoder.encode(word, StandardCharsets.UTF_8)));
        if (container != null) {
            query.add("container=" + URLEncoder.encode(container, StandardCharsets.UTF_8));
        }
        query.add("stdin=" + stdin);
        query.add("stdout=true");
        query.add("stderr=" + !tty);
        query.add("tty=" + tty);
        return "?" + String.join("&", query);
    }

    /// Runs the command with this process's own streams; its terminal passes every key on meanwhile, where there is one.
    int runInteractively(boolean stdin, boolean tty) throws IOException, InterruptedException {
        boolean raw = tty && stdin && System.console() != null;
        try {
            if (raw) {
                terminal("raw", "-echo");
            }
            return run(stdin ? System.in : null);
        } finally {
            if (raw) {
                terminal("sane");
            }
        }
    }

    private static void terminal(String... modes) throws IOException, InterruptedException {
        var stty = new ArrayList<>(List.of("stty"));
        stty.addAll(List.of(modes));
        new ProcessBuilder(stty).inheritIO().start().waitFor();
    }

    /// Runs to the end of the command; returns its exit status.
    int run(@Nullable InputStream stdin) throws IOException, InterruptedException {
        var socket = client.openWebSocket(path, query, List.of("v5.channel.k8s.io", "v4.channel.k8s.io"), new Demultiplexer());
        if (stdin != null) {
            Thread.ofVirtual().name("stdin").start(() -> pump(stdin, socket));
        }
        try {
            return exitStatus.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void pump(InputStream stdin, WebSocket socket) {
        try {
            var buffer = new byte[8192];
            buffer[0] = STDIN;
            for (int read = stdin.read(buffer, 1, buffer.length - 1); read >= 0; read = stdin.read(buffer, 1, buffer.length - 1)) {
                socket.sendBinary(ByteBuffer.wrap(buffer, 0, read + 1), true).join();
            }
            if (socket.getSubprotocol().startsWith("v5")) {
                socket.sendBinary(ByteBuffer.wrap(new byte[] {CLOSE, STDIN}), true).join();
            }
        } catch (IOException e) {
            exitStatus.completeExceptionally(e);
        }
    }

    /// Sorts what arrives; called by one thread at a time.
    private final class Demultiplexer extends WholeMessages {

        @Override
        void accept(byte[] bytes) {
            if (bytes.length < 2) {
                return;
            }
            switch (bytes[0]) {
                case STDOUT -> write(stdout, bytes);
                case STDERR -> write(stderr, bytes);
                case ERROR -> finish(new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8));
                default -> { }
            }
        }

        private void write(OutputStream stream, byte[] bytes) {
            try {
                stream.write(bytes, 1, bytes.length - 1);
                stream.flush();
            } catch (IOException e) {
                exitStatus.completeExceptionally(e);
            }
        }

        private void finish(String status) {
            try {
                exitStatus.complete(exitStatus(Json.mapper().readTree(status)));
            } catch (IOException e) {
                exitStatus.completeExceptionally(new IOException(status));
            }
        }

        private int exitStatus(JsonNode status) throws IOException {
            if (status.path("status").asText().equals("Success")) {
                return 0;
            }
            for (var cause : status.path("details").path("causes")) {
                if (cause.path("reason").asText().equals("ExitCode")) {
                    return cause.path("message").asInt(1);
                }
            }
            throw new IOException(status.path("message").asText());
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            exitStatus.completeExceptionally(new IOException("the connection was closed" + (reason.isEmpty() ? "" : ": " + reason)));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            exitStatus.completeExceptionally(error);
        }
    }
}
