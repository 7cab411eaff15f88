package io.moka.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// The calls of the Docker engine that no start of a pod can do without, made without a kubelet: a sandbox is created and started, then a
/// container in the sandbox's network namespace.
final class EngineCalls {

    private static final UnixDomainSocketAddress ENGINE = UnixDomainSocketAddress.of("/var/run/docker.sock");
    private static final Pattern ID = Pattern.compile("\"Id\":\\s*\"([0-9a-f]+)\"");
    private static final String COMMAND = "\"Image\":\"busybox:1.36\",\"Cmd\":[\"sh\",\"-c\",\"while :; do sleep 1; done\"]";

    private EngineCalls() {
    }

    /// The containers of a pod.
    record Pair(String sandbox, String container) {
    }

    static Pair start() throws IOException {
        var sandbox = create("none");
        call("POST", "/containers/" + sandbox + "/start", "");
        var container = create("container:" + sandbox);
        call("POST", "/containers/" + container + "/start", "");
        return new Pair(sandbox, container);
    }

    static void remove(Pair pair) throws IOException {
        call("DELETE", "/containers/" + pair.container + "?force=1", "");
        call("DELETE", "/containers/" + pair.sandbox + "?force=1", "");
    }

    private static String create(String network) throws IOException {
        var answer = call("POST", "/containers/create", "{" + COMMAND + ",\"HostConfig\":{\"NetworkMode\":\"" + network + "\"}}");
        var id = ID.matcher(answer);
        if (!id.find()) {
            throw new IOException("the engine has created no container: " + answer);
        }
        return id.group(1);
    }

    /// Each call has a connection of its own; opening one takes some 30 microseconds.
    private static String call(String method, String path, String body) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(ENGINE);
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            channel.write(ByteBuffer.wrap((method + " " + path + " HTTP/1.0\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length
                    + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8)));
            var answer = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(8192);
            while (channel.read(buffer) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            var text = answer.toString(StandardCharsets.UTF_8);
            if (!text.matches("(?s)HTTP/1\\.. 2.*")) {
                throw new IOException(method + " " + path + ": " + text.lines().findFirst().orElse("") + " " + text.substring(Math.max(0, text.length() - 200)));
            }
            return text;
        }
    }
}
