package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moka.machinery.client.Kubeconfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void clustersAThousandPortsApartNeverMeet() throws IOException {
        var pods = new HashSet<String>();
        var services = new HashSet<String>();
        var ports = new HashSet<Integer>();
        for (int base = 2_000; base <= 61_000; base += 1_000) {
            var settings = Settings.choose("c" + base, base, null, null);
            assertTrue(pods.add(settings.podCidr()), settings.podCidr());
            assertTrue(services.add(settings.serviceCidr()), settings.serviceCidr());
            for (int port : settings.ports().byName().values()) {
                assertTrue(ports.add(port));
            }
            var range = settings.nodePorts().split("-");
            assertTrue(Integer.parseInt(range[0]) > base + 6 && Integer.parseInt(range[1]) < base + 1_000);
            assertTrue(settings.bridge().length() <= 15);
        }
        pods.retainAll(services);
        assertEquals(new HashSet<>(), pods);
    }

    @Test
    void withoutAPortBaseEverythingIsAsInKubernetes() throws IOException {
        var usual = Settings.choose("moka", 0, null, null);
        assertEquals(6443, usual.ports().apiserver());
        assertEquals("10.244.0.0/16", usual.podCidr());
        assertEquals("10.96.0.1", usual.serviceAddress(1));
        assertEquals("10.96.0.10", usual.serviceAddress(10));
        assertEquals("10.244.0.0/24", usual.nodePodCidr());
        assertEquals("10.1.0.0/16", Settings.choose("moka", 0, "10.1.0.0/16", null).podCidr());
        assertThrows(ClusterException.class, () -> Ports.from(80));
        assertThrows(ClusterException.class, () -> Ports.from(65_000));
    }

    @Test
    void settingsSurviveTheirFileAndAnAbsentClusterIsNamed() throws IOException {
        var layout = new Layout(folder, "home");
        assertNull(Settings.read(layout));
        assertTrue(assertThrows(ClusterException.class, () -> Settings.require(layout)).getMessage().contains("bin/moka up --name home"));
        var settings = Settings.choose("home", 5_000, null, null);
        settings.write(layout);
        assertEquals(settings, Settings.require(layout));
    }

    private TreeMap<String, byte[]> pki(Layout layout) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (var walk = Files.walk(layout.pki())) {
            for (var file : walk.filter(Files::isRegularFile).toList()) {
                files.put(layout.pki().relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    @Test
    void certificatesAreMadeOnceKeptAndRenewedNearTheirEnd() throws IOException {
        var layout = new Layout(folder, "home");
        var certificates = new Certificates(layout, Settings.choose("home", 5_000, null, null), () -> now);
        certificates.ensure();
        var first = pki(layout);
        for (var name : new String[] {"ca", "apiserver", "admin", "etcd/ca", "etcd/server", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-ca", "front-proxy-client", "kubelet", "scheduler", "controllers", "proxy"}) {
            assertTrue(first.containsKey(name + ".crt") && first.containsKey(name + ".key"), name);
        }
        for (var file : first.keySet()) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.pki().resolve(file))), file);
        }
        now = now.plus(Duration.ofDays(300));
        certificates.ensure();
        first.forEach((file, content) -> assertArrayEquals(content, read(layout, file), file));
        now = now.plus(Duration.ofDays(40));
        certificates.ensure();
        assertFalse(java.util.Arrays.equals(first.get("admin.crt"), read(layout, "admin.crt")), "ends within a month: renewed");
        for (var kept : new String[] {"ca.crt", "ca.key", "sa.key", "etcd/ca.crt"}) {
            assertArrayEquals(first.get(kept), read(layout, kept), kept);
        }
    }

    private static byte[] read(Layout layout, String file) {
        try {
            return Files.readAllBytes(layout.pki().resolve(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theUsersKubeconfigGainsAContextAndLosesItAgain() throws IOException {
        var layout = new Layout(folder, "home");
        var certificates = new Certificates(layout, Settings.choose("home", 5_000, null, null), () -> now);
        certificates.ensure();
        var user = folder.resolve("user-config");
        certificates.mergeInto(user);
        assertEquals("moka-home", Kubeconfig.read(user).currentContext());
        assertEquals("https://127.0.0.1:5002", Kubeconfig.read(user).context(null).server());
        Certificates.removeFrom(user, "home");
        assertEquals("", Kubeconfig.read(user).currentContext());
        Certificates.removeFrom(folder.resolve("none"), "home");
    }
}
