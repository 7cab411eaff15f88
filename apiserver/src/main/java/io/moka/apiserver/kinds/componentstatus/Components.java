package io.moka.apiserver.kinds.componentstatus;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Probes the health of the other components, by name.
public final class Components {

    /// The health of a component.
    ///
    /// @param message the component's own text, or the reason why it could not be probed
    public record Health(String name, boolean well, String message) {}

    private final SortedMap<String, Supplier<Health>> checks = new TreeMap<>();

    /// @param etcd whether etcd answers
    public Components(Vertx vertx, ComponentOptions options, BooleanSupplier etcd) {
        var probe = new HealthProbe(vertx);
        checks.put("controller-manager", () -> probe.ask("controller-manager", options.controllerManagerPort));
        checks.put("scheduler", () -> probe.ask("scheduler", options.schedulerPort));
        checks.put("etcd-0", () -> etcd.getAsBoolean() ? new Health("etcd-0", true, "ok") : new Health("etcd-0", false, "context deadline exceeded"));
    }

    public List<String> names() {
        return List.copyOf(checks.keySet());
    }

    /// Probes the named components at the same time; the results are in the order of the names.
    public List<Health> ask(List<String> names) {
        List<Health> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Health>> asked = new ArrayList<>();
            for (String name : names) {
                asked.add(threads.submit(checks.get(name)::get));
            }
            for (Future<Health> answer : asked) {
                answers.add(answer.get());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        }
        return answers;
    }
}
