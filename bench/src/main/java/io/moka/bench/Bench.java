package io.moka.bench;

import io.moka.machinery.process.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line.
@Command(name = "moka bench", mixinStandardHelpOptions = true, description = "Measure a cluster of its own and print the figures beside the bars.")
public final class Bench implements Callable<Integer> {

    /// In this order: what needs a fresh cluster comes first, what fills the store last.
    private static final List<Measurement> ALL = List.of(new UpTime(), new IdleCost(), new MetricsCost(), new ZombieGroups(), new PodStart(), new PodDeletion(), new PodBurst(),
            new CommandTime(), new Rollouts(), new Daemons(), new Scheduling(), new ColdCreates(), new ApiCalls(), new WatchDelay(), new Hostility(), new BigList());

    /// Measured only when named: they take long.
    private static final List<Measurement> ON_REQUEST = List.of(new ManyPods());

    /// The kubelet still clears away what the measurement before has left.
    private static final int SETTLE_SECONDS = 5;

    @Option(names = "--only", paramLabel = "NAME", split = ",",
            description = "Run only these: up, idle, metrics, zombies, pod, delete, burst, kubectl, rollouts, daemons, scheduling, cold, api, watch, hostile, list; many, which nothing else includes.")
    private Set<String> only = Set.of();

    @Option(names = "--record", paramLabel = "FILE", description = "Append the figures to this file, as one line of JSON.")
    private @Nullable Path file;

    @Option(names = "--keep", description = "Leave the cluster running; the next run starts with a new one all the same.")
    private boolean keep;

    @Spec
    private @Nullable CommandSpec spec;

    private Bench() {
    }

    public static void main(String[] args) {
        Logging.configure(false);
        var line = new CommandLine(new Bench());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("moka bench: " + (failure.getMessage() == null ? failure : failure.getMessage()));
            return 1;
        });
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() throws Exception {
        var chosen = chosen();
        var root = Path.of(System.getProperty("moka.root", "."));
        var cluster = new BenchCluster(root);
        var figures = new ArrayList<Figure>();
        cluster.releaseEngine();
        cluster.purge();
        boolean complete;
        try {
            complete = measure(chosen, cluster, figures);
        } finally {
            if (!keep) {
                cluster.purge();
            }
        }
        System.out.print(new Table(figures));
        if (file != null) {
            new RunRecord(Instant.now(), commit(cluster.shell()), Machine.here(), figures).appendTo(file);
        }
        return complete ? 0 : 1;
    }

    private List<Measurement> chosen() {
        var all = Stream.concat(ALL.stream(), ON_REQUEST.stream()).toList();
        var known = all.stream().map(Measurement::name).collect(Collectors.toSet());
        for (var name : only) {
            if (spec != null && !known.contains(name)) {
                throw new ParameterException(spec.commandLine(), "there is no measurement \"" + name + "\"; see --help");
            }
        }
        return only.isEmpty() ? ALL : all.stream().filter(m -> only.contains(m.name())).toList();
    }

    /// Says whether all could be measured; one that fails does not keep the others from running.
    private static boolean measure(List<Measurement> chosen, BenchCluster cluster, List<Figure> figures) throws InterruptedException {
        boolean complete = true;
        for (var measurement : chosen) {
            System.err.println("measuring: " + measurement.name());
            long begin = System.nanoTime();
            try {
                cluster.ensureUsable();
                TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                figures.addAll(measurement.measure(cluster));
                System.err.printf("  done in %.0f s%n", (System.nanoTime() - begin) / 1e9);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                complete = false;
                System.err.println("  could not be measured: " + (e.getMessage() == null ? e : e.getMessage()));
            }
        }
        return complete;
    }

    private static String commit(Shell shell) throws InterruptedException {
        try {
            var changed = shell.run("git", "status", "--porcelain").output().isBlank() ? "" : "+";
            return shell.run("git", "rev-parse", "--short=12", "HEAD").output().strip() + changed;
        } catch (IOException e) {
            System.err.println("  the commit is not known: " + e.getMessage());
            return "unknown";
        }
    }
}
