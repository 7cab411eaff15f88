package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drain`: takes a node's pods away, within their disruption budgets, and keeps new ones from coming.
@Command(name = "drain", mixinStandardHelpOptions = true, description = "Take the pods of nodes away, within their disruption budgets.")
final class DrainCommand implements Callable<Integer> {

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final int AT_ONCE = 50;
    private static final int TOO_MANY_REQUESTS = 429;

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "NODE", arity = "0..*")
    private List<String> nodes = List.of();

    @Option(names = {"-l", "--selector"}, paramLabel = "LABELS", description = "All nodes whose labels match.")
    private @Nullable String selector;

    @Option(names = "--pod-selector", paramLabel = "LABELS", description = "Only pods whose labels match.")
    private @Nullable String podSelector;

    @Option(names = "--ignore-daemonsets", description = "Leave the pods of daemon sets.")
    private boolean ignoreDaemonSets;

    @Option(names = {"--delete-emptydir-data", "--delete-local-data"}, description = "Take away pods with emptyDir volumes too; what these hold is lost.")
    private boolean deleteEmptyDir;

    @Option(names = "--force", description = "Take away pods that no controller makes anew too.")
    private boolean force;

    @Option(names = "--grace-period", paramLabel = "SECONDS", defaultValue = "-1", description = "How long pods have to end; less than 0 for their own grace (${DEFAULT-VALUE}).")
    private long graceSeconds = -1;

    @Option(names = "--timeout", paramLabel = "DURATION", defaultValue = "0s", description = "When to give up; 0 for never (${DEFAULT-VALUE}).")
    private String timeout = "0s";

    @Option(names = "--disable-eviction", description = "Delete the pods, whatever their disruption budgets say.")
    private boolean disableEviction;

    @Override
    public Integer call() throws InterruptedException {
        var names = names();
        for (var name : names) {
            CordonCommand.setUnschedulable(connection, name, true);
        }
        var failures = new ArrayList<String>();
        var pending = new ArrayList<String>();
        for (var name : names) {
            try {
                drain(name);
                System.out.println("node/" + name + " drained");
            } catch (UsageException e) {
                failures.add(e.getMessage());
                pending.add(name);
                System.err.println("error: unable to drain node \"" + name + "\" due to error: " + e.getMessage() + ", continuing command...");
            }
        }
        if (!pending.isEmpty()) {
            System.err.println("There are pending nodes to be drained:");
            pending.forEach(name -> System.err.println(" " + name));
            throw new UsageException(DrainPlan.together(failures));
        }
        return 0;
    }

    private List<String> names() {
        if (selector != null) {
            return Output.items(connection.list(Kind.named(connection, "nodes").path(""), Map.of("labelSelector", selector))).stream()
                    .map(node -> node.path("metadata").path("name").asText()).toList();
        }
        if (nodes.isEmpty()) {
            throw new UsageException("name a node, or say -l LABELS");
        }
        return nodes.stream().map(node -> node.startsWith("node/") ? node.substring(5) : node).toList();
    }

    private DrainPlan plan(String node) {
        var query = new LinkedHashMap<>(Map.of("fieldSelector", "spec.nodeName=" + node));
        if (podSelector != null) {
            query.put("labelSelector", podSelector);
        }
        var pods = Output.items(connection.list(Kind.named(connection, "pods").path(""), query));
        return DrainPlan.of(pods, daemonSets(pods), new DrainPlan.Options(force, ignoreDaemonSets, deleteEmptyDir));
    }

    /// The existing daemon sets, where a pod claims to be of one.
    private Set<String> daemonSets(List<JsonNode> pods) {
        var existing = new HashSet<String>();
        if (pods.stream().anyMatch(pod -> pod.path("metadata").path("ownerReferences").findValuesAsText("kind").contains("DaemonSet"))) {
            Output.items(connection.get(Kind.named(connection, "daemonsets").path(""))).forEach(set -> existing.add(DrainPlan.name(set)));
        }
        return existing;
    }

    private void drain(String node) throws InterruptedException {
        var plan = plan(node);
        if (!plan.errors().isEmpty()) {
            throw new UsageException(DrainPlan.together(plan.errors()));
        }
        if (!plan.warnings().isEmpty()) {
            System.err.println("Warning: " + String.join("; ", plan.warnings()));
        }
        var failures = takeAway(plan.evict());
        if (!failures.isEmpty()) {
            var left = plan(node).evict();
            if (!left.isEmpty()) {
                System.err.println("There are pending pods in node \"" + node + "\" when an error occurred: " + DrainPlan.together(failures));
                left.forEach(pod -> System.err.println("pod/" + pod.path("metadata").path("name").asText()));
            }
            throw new UsageException(DrainPlan.together(failures));
        }
    }

    /// Takes away all pods at the same time, so that none waits for another's grace period.
    ///
    /// @return the messages of the failures
    private List<String> takeAway(List<JsonNode> pods) throws InterruptedException {
        var limit = Limit.parse(timeout);
        long deadline = System.nanoTime() + limit.toNanos();
        var turns = new Semaphore(AT_ONCE, true);
        var failures = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = pods.stream().map(pod -> threads.submit(() -> {
                takeAway(pod, turns, limit.isZero() ? Long.MAX_VALUE : deadline);
                return null;
            })).toList();
            for (var task : running) {
                try {
                    task.get();
                } catch (ExecutionException e) {
                    failures.add(e.getCause() instanceof UsageException usage ? usage.getMessage() : Kubectl.explain((Exception) e.getCause()));
                }
            }
        }
        return failures;
    }

    private void takeAway(JsonNode pod, Semaphore turns, long deadline) throws InterruptedException {
        var namespace = pod.path("metadata").path("namespace").asText();
        var name = pod.path("metadata").path("name").asText();
        var path = Kind.named(connection, "pods").path(namespace, name);
        while (true) {
            say(System.out, (disableEviction ? "deleting" : "evicting") + " pod " + namespace + "/" + name);
            turns.acquire();
            try {
                send(path, namespace, name);
                break;
            } catch (ApiException e) {
                if (e.isNotFound()) {
                    break;
                }
                if (e.code() != TOO_MANY_REQUESTS) {
                    throw new UsageException("error when evicting pods/\"" + name + "\" -n \"" + namespace + "\": " + e.getMessage());
                }
                say(System.err, "error when evicting pods/\"" + name + "\" -n \"" + namespace + "\" (will retry after 5s): " + e.getMessage());
            } finally {
                turns.release();
            }
            requireTime(deadline, "error when evicting pods/\"" + name + "\" -n \"" + namespace + "\": global timeout reached: " + timeout);
            Thread.sleep(RETRY);
        }
        awaitGone(path, pod.path("metadata").path("uid").asText(), deadline,
                "error when waiting for pod \"" + name + "\" in namespace \"" + namespace + "\" to terminate: global timeout reached: " + timeout, turns);
        say(System.out, "pod/" + name + (disableEviction ? " deleted" : " evicted"));
    }

    private void send(String path, String namespace, String name) {
        var options = new LinkedHashMap<String, Object>();
        if (graceSeconds >= 0) {
            options.put("gracePeriodSeconds", graceSeconds);
        }
        if (disableEviction) {
            options.putAll(Map.of("apiVersion", "v1", "kind", "DeleteOptions"));
            connection.client().send("DELETE", path, Map.of(), "application/json", Json.bytes(options));
        } else {
            connection.client().send("POST", path + "/eviction", Map.of(), "application/json", Json.bytes(Map.of("apiVersion", "policy/v1", "kind", "Eviction",
                    "metadata", Map.of("name", name, "namespace", namespace), "deleteOptions", options)));
        }
    }

    private void awaitGone(String path, String uid, long deadline, String failure, Semaphore turns) throws InterruptedException {
        while (true) {
            turns.acquire();
            try {
                var present = connection.find(path);
                if (present == null || !present.path("metadata").path("uid").asText().equals(uid)) {
                    return;
                }
            } finally {
                turns.release();
            }
            requireTime(deadline, failure);
            Thread.sleep(POLL);
        }
    }

    private static void requireTime(long deadline, String failure) {
        if (deadline != Long.MAX_VALUE && System.nanoTime() - deadline > 0) {
            throw new UsageException(failure);
        }
    }

    private static synchronized void say(PrintStream stream, String line) {
        stream.println(line);
    }
}
