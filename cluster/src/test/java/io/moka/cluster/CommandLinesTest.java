package io.moka.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The flags that each component gets from the settings, and the files that the flags name.
class CommandLinesTest {

    private static final Settings SETTINGS = ClusterFolder.settings(Ports.from(5_000)).withHollowNodes(3).withProxyMode("ipvs", "wlc")
            .withKubeletArguments(List.of("--eviction-hard=memory.available<200Mi", "--resolv-conf=/etc/own.conf"));
    private static final Pattern FILE = Pattern.compile("--[a-z-]+=(/.*\\.(crt|key|pub|json|kubeconfig))");

    @TempDir
    private Path folder;

    private Distribution distribution;
    private Layout layout;

    @BeforeEach
    void makeDistribution() throws IOException {
        layout = new Layout(folder.resolve("state"), "home");
        distribution = ClusterFolder.build(folder.resolve("dist"), "lib/a.jar:lib/b.jar", Arrays.stream(Component.values()).map(Component::module).toList());
    }

    private List<String> command(Component component) throws IOException {
        return new CommandLines(distribution, layout, SETTINGS, false).of(SETTINGS.instance(component));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ETCD        | --listen-client-urls=https://127.0.0.1:5000
            ETCD        | --advertise-client-urls=https://127.0.0.1:5000
            ETCD        | --listen-peer-urls=https://127.0.0.1:5001
            ETCD        | --initial-cluster=moka=https://127.0.0.1:5001
            ETCD        | --data-dir={root}/etcd
            ETCD        | --client-cert-auth
            ETCD        | --peer-client-cert-auth
            APISERVER   | --secure-port=5002
            APISERVER   | --advertise-address=192.0.2.7
            APISERVER   | --etcd-servers=https://127.0.0.1:5000
            APISERVER   | --service-cluster-ip-range=10.2.0.0/16
            APISERVER   | --service-node-port-range=5100-5999
            APISERVER   | --controller-manager-port=5004
            APISERVER   | --scheduler-port=5005
            APISERVER   | --proxy-port=5006
            APISERVER   | --audit-log-path={root}/logs/audit.log
            APISERVER   | --audit-policy-file={root}/audit-policy.json
            APISERVER   | --audit-log-mode=batch
            APISERVER   | --audit-log-maxsize=20
            APISERVER   | --audit-log-maxbackup=4
            APISERVER   | --audit-log-maxage=30
            APISERVER   | --service-account-max-token-expiration=720h
            APISERVER   | --encryption-provider-config={root}/pki/encryption.json
            APISERVER   | --encryption-provider-config-automatic-reload
            APISERVER   | --etcd-cafile={root}/pki/etcd/ca.crt
            APISERVER   | --client-ca-file={root}/pki/ca.crt
            APISERVER   | --kubelet-certificate-authority={root}/pki/ca.crt
            APISERVER   | --requestheader-client-ca-file={root}/pki/front-proxy-ca.crt
            APISERVER   | --requestheader-allowed-names=front-proxy-client
            KUBELET     | --port=5003
            KUBELET     | --hostname-override=alpha
            KUBELET     | --cluster-dns=10.2.0.10
            KUBELET     | --root-dir={root}/nodes/alpha
            KUBELET     | --local-path-dir={root}/volumes
            KUBELET     | --cni-conf-dir={root}/nodes/alpha/cni/net.d
            KUBELET     | --client-ca-file={root}/pki/kubelet-client-ca.crt
            KUBELET     | --eviction-hard=memory.available<200Mi
            CONTROLLERS | --secure-port=5004
            CONTROLLERS | --cluster-cidr=10.1.0.0/16
            CONTROLLERS | --leader-elect-identity=alpha
            SCHEDULER   | --secure-port=5005
            SCHEDULER   | --leader-elect-identity=alpha
            SCHEDULER   | --kubeconfig={root}/run/scheduler.kubeconfig
            PROXY       | --secure-port=5006
            PROXY       | --proxy-mode=ipvs
            PROXY       | --ipvs-scheduler=wlc
            PROXY       | --cluster-cidr=10.1.0.0/16
            PROXY       | --service-cluster-ip-range=10.2.0.0/16
            PROXY       | --nftables-table=moka-proxy-home
            PROXY       | --policy-table=moka-policy-home
            HOLLOW      | --runtime=hollow
            HOLLOW      | --nodes=3
            HOLLOW      | --bind-address=127.0.0.1
            HOLLOW      | --port=5007
            HOLLOW      | --kubeconfig={root}/run/hollow.kubeconfig
            """)
    void settingsBecomeFlags(Component component, String flag) throws IOException {
        var command = command(component);
        assertTrue(command.contains(flag.replace("{root}", layout.root().toString())), () -> String.join("\n", command));
    }

    /// A flag of the user's wins over the same flag of Moka's, as the last one counts.
    @Test
    void flagsOfTheUserFollowThoseOfTheKubelet() throws IOException {
        var command = command(Component.KUBELET);
        assertEquals(SETTINGS.kubeletArguments(), command.subList(command.size() - 2, command.size()));
        assertEquals(2, command.stream().filter(word -> word.startsWith("--resolv-conf=")).count());
    }

    @Test
    void eachProcessListensOnItsOwnPort() throws IOException {
        var ports = new ArrayList<Integer>();
        for (var component : Component.values()) {
            ports.add(component.healthPort(SETTINGS.ports()));
            boolean named = command(component).stream().anyMatch(word -> word.matches("--(secure-)?port=" + component.healthPort(SETTINGS.ports()))
                    || word.equals("--listen-client-urls=https://127.0.0.1:" + component.healthPort(SETTINGS.ports())));
            assertTrue(named, component + " listens where its health is asked for");
        }
        assertEquals(new TreeSet<>(ports).size(), ports.size());
        assertEquals(new TreeSet<>(SETTINGS.ports().byName().values()), new TreeSet<>(List.of(5000, 5001, 5002, 5003, 5004, 5005, 5006, 5007)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pki/sa.key                        | APISERVER CONTROLLERS
            pki/ca.key                        | CONTROLLERS
            pki/encryption.json               | APISERVER
            pki/apiserver-etcd-client.key     | APISERVER
            pki/apiserver-kubelet-client.key  | APISERVER
            pki/front-proxy-client.key        | APISERVER
            pki/etcd/server.key               | ETCD
            pki/kubelet-server.key            | KUBELET
            pki/hollow-server.key             | HOLLOW
            pki/front-proxy-ca.key            |
            pki/kubelet-client-ca.key         |
            pki/etcd/ca.key                   |
            pki/admin.key                     |
            """)
    void onlyTheProcessesThatNeedAKeyKnowItsFile(String file, String owners) throws IOException {
        var expected = EnumSet.noneOf(Component.class);
        if (owners != null) {
            Arrays.stream(owners.split(" ")).map(Component::valueOf).forEach(expected::add);
        }
        var found = EnumSet.noneOf(Component.class);
        for (var component : Component.values()) {
            if (command(component).stream().anyMatch(word -> word.endsWith("=" + layout.root().resolve(file)))) {
                found.add(component);
            }
        }
        assertEquals(expected, found);
    }

    @Test
    void everyFileThatAFlagNamesIsMade() throws IOException {
        new Certificates(layout, SETTINGS, InstantSource.system()).ensure();
        new EncryptionKeys(layout, InstantSource.system()).ensure(false);
        AuditPolicy.ensure(layout);
        int files = 0;
        for (var component : Component.values()) {
            for (var word : command(component)) {
                var file = FILE.matcher(word);
                if (file.matches()) {
                    assertTrue(Files.exists(Path.of(file.group(1))), component + " " + word);
                    files++;
                }
            }
        }
        assertTrue(files > 40, files + " files");
    }

    @Test
    void theJarOfAComponentWithACacheOfItsOwnComesFirstOnItsClassPath() throws IOException {
        var command = command(Component.APISERVER);
        assertEquals(Path.of(System.getProperty("java.home"), "bin/java").toString(), command.getFirst());
        int at = command.indexOf("-cp");
        var lib = distribution.folder().resolve("lib");
        assertEquals(List.of(lib + "/apiserver-0.1.0.jar:" + lib + "/a.jar:" + lib + "/b.jar", "io.moka.apiserver.ApiServer"), command.subList(at + 1, at + 3));
        assertTrue(command.subList(1, at).stream().allMatch(word -> word.startsWith("-")), "flags of the JVM come before the class path");
    }

    private enum Caches { NONE, THERE, RECORDED }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NONE     | KUBELET   |
            NONE     | APISERVER |
            THERE    | KUBELET   | -XX:SharedArchiveFile=components.jsa
            THERE    | HOLLOW    | -XX:SharedArchiveFile=components.jsa
            THERE    | APISERVER | -XX:AOTCache=apiserver.aot
            RECORDED | PROXY     | -XX:DumpLoadedClassList=proxy.classes
            RECORDED | APISERVER | -XX:AOTCacheOutput=apiserver.aot
            """)
    void startUpCachesAreUsedWhereTheyAreAndRecordedInTraining(Caches caches, Component component, String flag) throws IOException {
        if (caches == Caches.THERE) {
            Files.createDirectories(distribution.caches());
        }
        var command = new CommandLines(distribution, layout, SETTINGS, caches == Caches.RECORDED).of(SETTINGS.instance(component));
        var found = command.stream().filter(word -> word.matches("-XX:(SharedArchiveFile|DumpLoadedClassList|AOT).*")).toList();
        assertEquals(flag == null ? List.of() : List.of(flag.replace("=", "=" + distribution.caches() + "/")), found);
    }

    @Test
    void processesThatShareAnArchiveHaveOneClassPath() throws IOException {
        Files.writeString(distribution.folder().resolve("kubelet.classpath"), "lib/b.jar:lib/c.jar\n");
        var expected = Stream.of("kubelet-0.1.0", "controllers-0.1.0", "scheduler-0.1.0", "proxy-0.1.0", "b", "c", "a")
                .map(jar -> distribution.folder().resolve("lib").resolve(jar + ".jar").toString()).collect(Collectors.joining(":"));
        for (var component : List.of(Component.KUBELET, Component.CONTROLLERS, Component.SCHEDULER, Component.PROXY, Component.HOLLOW)) {
            var command = command(component);
            assertEquals(expected, command.get(command.indexOf("-cp") + 1), component.name());
        }
        var apiserver = command(Component.APISERVER);
        assertTrue(!apiserver.get(apiserver.indexOf("-cp") + 1).contains("kubelet"));
    }

    @Test
    void onlyAProgramThatMakesCertificatesHasBouncyCastleOnItsPath() throws IOException {
        Files.writeString(distribution.folder().resolve("controllers.classpath"), "lib/bcprov-jdk18on-1.86.jar:lib/a.jar\n");
        var shared = distribution.sharedClassPath();
        assertEquals(shared + ":" + distribution.folder().resolve("lib/bcprov-jdk18on-1.86.jar"), distribution.classPath("controllers"));
        for (var module : List.of("kubelet", "scheduler", "proxy")) {
            assertEquals(shared, distribution.classPath(module), module);
        }
    }

    @Test
    void aModuleWithoutAJarIsNamed() throws IOException {
        Files.delete(distribution.folder().resolve("lib/proxy-0.1.0.jar"));
        assertEquals(distribution.folder() + " has no jar of proxy; build again", assertThrows(ClusterException.class, () -> command(Component.KUBELET)).getMessage());
    }

    @Test
    void aRecordingHasAFolderOfCachesOfItsOwn() throws IOException {
        Files.createDirectories(distribution.caches());
        assertTrue(distribution.hasCaches());
        assertTrue(!distribution.recording().hasCaches(), "the recording does not use the caches that it replaces");
        assertEquals(distribution.classPath("proxy"), distribution.recording().classPath("proxy"));
    }

    @ParameterizedTest
    @EnumSource(names = {"KUBELET", "PROXY"})
    void cleanUpIsTheComponentsOwnCommandWithOneMoreFlag(Component component) throws IOException {
        var expected = new ArrayList<>(command(component));
        expected.add(component == Component.KUBELET ? "--remove-all-pods" : "--cleanup");
        assertEquals(expected, new CommandLines(distribution, layout, SETTINGS, false).cleanup(SETTINGS.instance(component)));
    }

    /// The kernel limits the length of chain names, so the prefix is short.
    @Test
    void clustersOfOneMachineShareNoTableAndNoChain() {
        assertEquals("KUBE", Settings.proxyChains("moka"));
        var names = List.of("moka", "home", "home2", "a", "a-very-long-name-of-a-cluster-32");
        assertEquals(names.size(), names.stream().map(Settings::proxyChains).distinct().count());
        names.forEach(name -> assertTrue(Settings.proxyChains(name).length() <= 6, name));
        assertEquals(2 * names.size(), names.stream().flatMap(name -> List.of(SETTINGS.proxyTable(name), SETTINGS.policyTable(name)).stream()).distinct().count());
    }

    @Test
    void withoutTheLauncherTheCommandSaysWhereToStartIt() {
        var caches = System.clearProperty("moka.caches");
        try {
            assertEquals("start this through bin/moka, which knows where the jars are", assertThrows(ClusterException.class, Distribution::find).getMessage());
        } finally {
            if (caches != null) {
                System.setProperty("moka.caches", caches);
            }
        }
    }
}
