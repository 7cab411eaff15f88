package io.moka.cluster;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.moka.machinery.pki.PrivateFiles;
import io.moka.machinery.pki.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// The folder of a cluster `home` whose processes do not run: its settings and certificates, and servers that use its certificates.
record ClusterFolder(Layout layout, Settings settings) {

    static final Path SUPERVISE = Path.of("src/main/sh/supervise").toAbsolutePath();

    private static final Map<String, byte[]> PKI = new HashMap<>();

    /// A port on which nothing listens.
    static final int CLOSED = 1;

    /// A build in which each of these modules has an empty jar of its own and the given others on its class path.
    static Distribution build(Path folder, String others, Iterable<String> modules) throws IOException {
        var lib = Files.createDirectories(folder.resolve("lib"));
        for (var module : modules) {
            new JarOutputStream(Files.newOutputStream(lib.resolve(module + "-0.1.0.jar")), new Manifest()).close();
            Files.writeString(folder.resolve(module + ".classpath"), others + "\n");
        }
        return new Distribution(folder, folder.resolve("caches"));
    }

    /// Settings that do not depend on the machine.
    static Settings settings(Ports ports) {
        return new Settings("alpha", "192.0.2.7", ports, "10.1.0.0/16", "10.2.0.0/16", "5100-5999", "moka-1", 0, "nftables", "rr", false, List.of());
    }

    /// Writes the settings, certificates and kubeconfigs. The certificates do not depend on the ports, so all tests have the same ones.
    static ClusterFolder make(Path stateDir, Settings settings) throws IOException {
        var folder = new ClusterFolder(new Layout(stateDir, "home"), settings);
        settings.write(folder.layout);
        synchronized (PKI) {
            restore(PKI, folder.layout);
            folder.certificates().ensure();
            if (PKI.isEmpty()) {
                PKI.putAll(save(folder.layout));
            }
        }
        return folder;
    }

    /// Returns the files of `pki` by their names below it.
    static Map<String, byte[]> save(Layout layout) throws IOException {
        var files = new HashMap<String, byte[]>();
        try (var all = Files.walk(layout.pki())) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                files.put(layout.pki().relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    static void restore(Map<String, byte[]> pki, Layout layout) throws IOException {
        for (var file : pki.entrySet()) {
            PrivateFiles.write(layout.pki().resolve(file.getKey()), file.getValue());
        }
    }

    Certificates certificates() {
        return new Certificates(layout, settings, InstantSource.system());
    }

    /// Returns a server that has its port, but neither a certificate nor a handler.
    static HttpsServer bind() throws IOException {
        return HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    }

    static int port(HttpsServer server) {
        return server.getAddress().getPort();
    }

    /// @param certificate its file in `pki`, without the ending
    void start(HttpsServer server, String certificate, HttpHandler handler) throws IOException {
        var identity = TlsIdentity.read(layout.pki().resolve(certificate + ".crt"), layout.pki().resolve(certificate + ".key"));
        server.setHttpsConfigurator(new HttpsConfigurator(identity.serverContext(Files.readAllBytes(layout.pki().resolve("ca.crt")))));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", handler);
        server.start();
    }

    /// Calls `moka` for this cluster.
    CommandRun moka(String... words) {
        return moka(layout, words);
    }

    static CommandRun moka(Layout layout, String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--name", layout.name(), "--state-dir", layout.stateDir().toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
