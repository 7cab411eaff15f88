package io.moka.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.moka.machinery.meta.ObjectKey;
import io.moka.machinery.time.Sleeper;
import io.moka.proxy.contract.NetworkNamespace;
import io.moka.proxy.kernel.Tools;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.HealthCheck;
import io.moka.proxy.model.IpFamily;
import io.moka.proxy.model.NodeView;
import io.moka.proxy.nftables.NftablesRuleSet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service takes the way to the kernel that the README names: the kernel's tool is held, and the stack of the loop's thread is read.
class ServiceWalkTest {

    private static final Pattern STEP = Pattern.compile("(?m)^\\d+\\. `([\\w/]+)`");
    private static final Pattern FRAME = Pattern.compile("(?m)^ +at (?:[\\w.@]*/)*io\\.moka\\.proxy\\.([\\w.$]+)\\.[\\w$<>]+\\(");
    private static final int MOST_CLASSES = 8;
    private static final ObjectKey WEB = new ObjectKey("default", "web");

    @TempDir
    Path folder;

    /// One service with one endpoint.
    private record Web(Map<ObjectKey, Service> services) implements ServiceView {

        @Override
        public List<ObjectKey> keys() {
            return List.copyOf(services.keySet());
        }

        @Override
        public @Nullable Service service(ObjectKey key) {
            return services.get(key);
        }

        @Override
        public List<EndpointSlice> slices(ObjectKey service) {
            return List.of(new EndpointSliceBuilder().withAddressType("IPv4").addNewPort().withPort(8080).endPort().addNewEndpoint().withAddresses("10.244.0.2").endEndpoint().build());
        }
    }

    private static final class NoFollower implements ProxyLoop.Follower {

        @Override
        public void set(ObjectKey service, Map<Front, Backends> fronts, @Nullable HealthCheck check) {}

        @Override
        public void retain(Set<ObjectKey> services) {}
    }

    @Test
    void readmeNamesTheClassesBetweenServiceAndKernel() throws Exception {
        var hold = folder.resolve("hold");
        var script = Files.writeString(folder.resolve("when-free"), "while [ -e " + hold + " ]; do sleep 0.05; done\nexec \"$@\"\n");
        try (var node = new NetworkNamespace()) {
            var prefix = new ArrayList<>(node.tools().prefix());
            prefix.addAll(List.of("sh", script.toString()));
            var services = new ConcurrentHashMap<ObjectKey, Service>();
            var changes = new ServiceChanges(System::nanoTime);
            var rules = new NftablesRuleSet("moka-test", ClusterNetwork.of(IpFamily.IPV4, "10.244.0.0/16", "10.96.0.0/12"), new Tools(prefix));
            var loop = new ProxyLoop(new Web(services), changes, rules, () -> new NodeView("here", "", List.of("192.0.2.1"), false),
                    new PortClaims((key, reason) -> { }, Instant::now), new NoFollower(), (service, reason) -> { }, Instant::now, Sleeper.SYSTEM);
            var thread = Thread.ofVirtual().start(loop);
            try {
                await(loop::isReady);
                Files.createFile(hold);
                services.put(WEB, new ServiceBuilder().withNewMetadata().withNamespace("default").withName("web").endMetadata()
                        .withNewSpec().withClusterIP("10.96.0.5").addNewPort().withProtocol("TCP").withPort(80).endPort().endSpec().build());
                changes.add(WEB);
                var stack = new ArrayList<String>();
                await(() -> stack.addAll(stackOfTool()));
                Files.delete(hold);
                await(() -> node.run("nft", "list", "map", "ip", "moka-test", "services").contains("10.96.0.5"));
                var named = new ArrayList<>(steps());
                assertTrue(named.size() <= MOST_CLASSES, named::toString);
                named.retainAll(stack);
                assertEquals(stack, named);
            } finally {
                Files.deleteIfExists(hold);
                thread.interrupt();
                thread.join();
            }
        }
    }

    private static List<String> steps() throws IOException {
        var page = Files.readString(Path.of("README.md"));
        var walk = page.substring(page.indexOf("## A walk: from a service to the kernel"));
        return STEP.matcher(walk.substring(0, walk.indexOf("\n## ", 1))).results().map(step -> step.group(1).replace('/', '.')).toList();
    }

    /// Returns the proxy's classes on the stack of the thread that waits for a tool, from the outermost on; empty while there is none.
    private List<String> stackOfTool() throws IOException {
        var dump = folder.resolve("threads-" + System.nanoTime());
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        for (var thread : Files.readString(dump).split("\n\n")) {
            var classes = FRAME.matcher(thread).results().map(match -> match.group(1).replaceAll("\\$.*", "")).toList().reversed().stream().distinct().toList();
            if (classes.contains("kernel.Tools") && classes.contains("ProxyLoop") && thread.contains("NftablesRuleSet.update")) {
                return classes;
            }
        }
        return List.of();
    }

    private interface Condition {

        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < deadline, "in vain for 60 s");
            LockSupport.parkNanos(20_000_000);
        }
    }
}
