package io.moka.bench;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.ListOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How a normal user, the node and the leaders fare while 50 hostile clients ([HostileClients]) do what they can, and what the apiserver's
/// memory is then and two minutes later.
final class Hostility implements Measurement {

    private static final Duration QUIET = Duration.ofSeconds(20);
    private static final Duration HOSTILE = Duration.ofSeconds(60);
    private static final Duration AFTER = Duration.ofMinutes(2);
    private static final long PACE_MILLIS = 25;

    /// A tenant may do all in one namespace, and read events of all, which is what the attacks need.
    private static final String TENANT = """
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"bench-hostile"},
             "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"edit"},
             "subjects":[{"kind":"ServiceAccount","name":"tenant","namespace":"hostile"}]}
            """;

    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public List<Figure> measure(BenchCluster cluster) throws Exception {
        cluster.ensureUsable();
        var apiserver = new ProcessCost(Long.parseLong(Files.readString(cluster.run().resolve("apiserver.pid")).strip()));
        try (var client = new RawClient(cluster.config()); var leases = new LeaseWatch(new ApiClient(cluster.config()))) {
            var tenant = tenant(cluster, client);
            use(client, QUIET);
            var quiet = use(client, QUIET);
            double idle = apiserver.pssMebibytes();
            var attackers = attack(cluster, tenant);
            leases.start();
            var hostile = use(client, HOSTILE);
            double loaded = apiserver.pssMebibytes();
            attackers.waitFor(30, TimeUnit.SECONDS);
            attackers.destroyForcibly();
            double longest = leases.longestSilenceSeconds();
            TimeUnit.MILLISECONDS.sleep(AFTER.toMillis());
            var figures = List.of(new Figure(Row.HOSTILE_QUIET_P99, quiet.percentile(99)), new Figure(Row.HOSTILE_P99, hostile.percentile(99)),
                    new Figure(Row.HOSTILE_RATIO, hostile.percentile(99) / quiet.percentile(99)), new Figure(Row.HOSTILE_LEASE, longest),
                    new Figure(Row.HOSTILE_IDLE_PSS, idle), new Figure(Row.HOSTILE_PSS, loaded), new Figure(Row.HOSTILE_PSS_AFTER, apiserver.pssMebibytes()));
            client.delete("/api/v1/namespaces/hostile");
            client.delete("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/bench-hostile");
            return figures;
        }
    }

    /// A kubeconfig of the tenant's service account.
    private static Path tenant(BenchCluster cluster, RawClient client) throws IOException, InterruptedException {
        post(client, "/api/v1/namespaces", "{\"metadata\":{\"name\":\"hostile\"}}");
        post(client, "/api/v1/namespaces/hostile/serviceaccounts", "{\"metadata\":{\"name\":\"tenant\"}}");
        post(client, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", TENANT);
        var answer = new String(post(client, "/api/v1/namespaces/hostile/serviceaccounts/tenant/token", "{\"spec\":{\"expirationSeconds\":3600}}"), StandardCharsets.UTF_8);
        var token = answer.replaceAll("(?s).*\"token\":\\s*\"([^\"]+)\".*", "$1");
        var kubeconfig = Files.createTempFile("moka-tenant", ".kubeconfig");
        Files.writeString(kubeconfig, """
                {"apiVersion":"v1","kind":"Config","current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],
                 "clusters":[{"name":"c","cluster":{"server":"%s","certificate-authority":"%s"}}],"users":[{"name":"u","user":{"token":"%s"}}]}
                """.formatted(cluster.config().server(), cluster.pki().resolve("ca.crt"), token));
        return kubeconfig;
    }

    private static byte[] post(RawClient client, String path, String body) throws IOException {
        return client.send("POST", path, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static Process attack(BenchCluster cluster, Path kubeconfig) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g",
                "-cp", System.getProperty("java.class.path"), HostileClients.class.getName(), kubeconfig.toString(), Long.toString(HOSTILE.toSeconds()))
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    /// A normal user: creates, reads, replaces and deletes an object, some 40 calls a second. Milliseconds of each call; one that fails
    /// counts as the whole time.
    private static Samples use(RawClient client, Duration time) throws InterruptedException {
        var millis = new ArrayList<Double>();
        long begin = System.nanoTime();
        for (int i = 0; System.nanoTime() - begin < time.toNanos(); i++) {
            var path = "/api/v1/namespaces/default/configmaps";
            var body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"user\"},\"data\":{\"i\":\"%d\"}}".formatted(i).getBytes(StandardCharsets.UTF_8);
            millis.add(timed(time, switch (i % 4) {
                case 0 -> () -> client.send("POST", path, "application/json", body);
                case 1 -> () -> client.get(path + "/user");
                case 2 -> () -> client.send("PUT", path + "/user", "application/json", body);
                default -> () -> client.send("DELETE", path + "/user", "", new byte[0]);
            }));
            TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
        }
        return Samples.of(millis.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private interface UserCall {
        byte[] send() throws IOException;
    }

    private static double timed(Duration whole, UserCall call) {
        long begin = System.nanoTime();
        try {
            call.send();
            return (System.nanoTime() - begin) / 1e6;
        } catch (IOException e) {
            return whole.toMillis();
        }
    }

    /// Looks each second at the leases of the node and the leaders, and keeps the longest time that one was not renewed.
    private static final class LeaseWatch implements AutoCloseable {

        private final ApiClient client;
        private final HashMap<String, Instant> renewed = new HashMap<>();
        private final Thread thread = Thread.ofVirtual().unstarted(this::run);
        private volatile double longest;

        private LeaseWatch(ApiClient client) {
            this.client = client;
        }

        void start() {
            thread.start();
        }

        private void run() {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    for (var lease : client.resources(Lease.class).list("", ListOptions.all()).items()) {
                        var name = lease.getMetadata().getNamespace() + "/" + lease.getMetadata().getName();
                        var now = lease.getSpec().getRenewTime() == null ? null : lease.getSpec().getRenewTime().toInstant();
                        var before = now == null ? null : renewed.put(name, now);
                        if (before != null && lease.getSpec().getHolderIdentity() != null && !lease.getSpec().getHolderIdentity().isEmpty()) {
                            longest = Math.max(longest, Duration.between(before, now).toMillis() / 1e3);
                        }
                    }
                    TimeUnit.SECONDS.sleep(1);
                } catch (ApiException | UncheckedIOException e) {
                    // The next look tells for how long nothing was renewed.
                    Thread.onSpinWait();
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        double longestSilenceSeconds() {
            return longest;
        }

        @Override
        public void close() {
            thread.interrupt();
            client.close();
        }
    }
}
