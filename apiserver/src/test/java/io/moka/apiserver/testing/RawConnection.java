package io.moka.apiserver.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.moka.machinery.pki.TlsIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// A connection to a server on this machine, on which anything may be said.
public final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean ended;

    private RawConnection(Socket socket) {
        this.socket = socket;
    }

    public static RawConnection plain(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
        return new RawConnection(socket);
    }

    /// @param protocols offered by ALPN; with none the server speaks HTTP/1.1
    public static RawConnection tls(int port, @Nullable TlsIdentity identity, String... protocols) throws IOException {
        Socket socket = plain(port).socket;
        var sockets = TlsIdentity.clientContext(TestPki.shared().authorityPem(), identity).getSocketFactory();
        SSLSocket tls = (SSLSocket) sockets.createSocket(socket, "127.0.0.1", port, true);
        var parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        tls.setSSLParameters(parameters);
        tls.setSoTimeout(PATIENCE_MILLIS);
        tls.startHandshake();
        return new RawConnection(tls);
    }

    /// Says something, as far as the server still listens.
    public RawConnection send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException | SSLException closed) {
            ended = true;
        }
        return this;
    }

    public RawConnection send(String text) throws IOException {
        return send(text.getBytes(ISO_8859_1));
    }

    /// Will say nothing more, but listens.
    public RawConnection finish() throws IOException {
        try {
            socket.shutdownOutput();
        } catch (SocketException | SSLException closed) {
            ended = true;
        }
        return this;
    }

    /// Listens until the server closes the connection, or is silent for so long.
    ///
    /// @return whether it has closed it
    public boolean listen(int silenceMillis) throws IOException {
        socket.setSoTimeout(silenceMillis);
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = socket.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                received.write(buffer, 0, count);
            }
            ended = true;
        } catch (SocketTimeoutException silent) {
            return false;
        } catch (SocketException | SSLException closed) {
            ended = true;
        }
        return ended;
    }

    /// All that the server has said.
    public String received() {
        return received.toString(ISO_8859_1);
    }

    /// The codes of all answers.
    public List<Integer> codes() {
        List<Integer> codes = new ArrayList<>();
        STATUS_LINE.matcher(received()).results().map((MatchResult line) -> Integer.valueOf(line.group(1))).forEach(codes::add);
        return codes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
