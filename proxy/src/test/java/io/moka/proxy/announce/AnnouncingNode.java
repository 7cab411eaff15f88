package io.moka.proxy.announce;

import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ClientConfig;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.pki.TrustingTls;
import io.moka.proxy.policy.nftables.NamespaceThread;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A node's announcer in a process of its own. It talks to the server from the machine's own network, and announces in a network namespace.
final class AnnouncingNode {

    private AnnouncingNode() {
    }

    /// Opens its links in another namespace; a socket stays where it was opened.
    private static final class NamespaceLinks extends Links {

        private final NamespaceThread namespace;

        NamespaceLinks(NamespaceThread namespace, BooleanSupplier mayAnswer) {
            super(mayAnswer);
            this.namespace = namespace;
        }

        /// The JDK reads IPv6 addresses from the process's own namespace, not from the thread's.
        @Override
        @Nullable NetworkInterface device(InetAddress address) throws SocketException {
            return address instanceof Inet6Address ? NetworkInterface.getByName("eth0") : super.device(address);
        }

        @Override
        @Nullable Link of(InetAddress address) throws IOException {
            try {
                return namespace.<@Nullable Link>run(() -> super.of(address));
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Arguments: the server's port, the node's name, its namespace. Commands: `set SERVICE ADDRESS...`, `reports`, `stop`.
    public static void main(String[] arguments) throws Exception {
        var namespace = new NamespaceThread(arguments[2]);
        var client = new ApiClient(new ClientConfig("https://127.0.0.1:" + arguments[0], "default", TrustingTls.CONTEXT, null, arguments[1]));
        List<String> reports = new CopyOnWriteArrayList<>();
        var announcer = new AddressAnnouncer(client, arguments[1], (service, trouble, reason, message) -> reports.add(service.name() + " " + reason + " " + message),
                InstantSource.system(), System::nanoTime, mayAnswer -> new NamespaceLinks(namespace, mayAnswer));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.split(" ");
            switch (words[0]) {
                case "set" -> announcer.set(new ObjectKey("n", words[1]), Set.copyOf(List.of(words).subList(2, words.length)));
                case "stop" -> announcer.close();
                default -> {
                }
            }
            System.out.println(words[0].equals("reports") ? String.join("; ", reports) : "ok");
        }
    }
}
