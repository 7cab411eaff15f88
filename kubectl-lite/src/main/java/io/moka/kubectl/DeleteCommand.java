package io.moka.kubectl;

import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `delete`: removes objects and waits until they are gone.
@Command(name = "delete", mixinStandardHelpOptions = true, description = "Delete objects.")
final class DeleteCommand implements Callable<Integer> {

    private record Doomed(Kind kind, String namespace, String name) {
        String path() {
            return kind.path(namespace, name);
        }
    }

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "TYPE NAME... | TYPE/NAME...", arity = "0..*")
    private List<String> arguments = List.of();

    @Option(names = {"-f", "--filename"}, paramLabel = "FILE", description = "What these files name.")
    private @Nullable List<String> files;

    @Option(names = {"-l", "--selector"}, paramLabel = "LABELS", description = "All whose labels match.")
    private @Nullable String selector;

    @Option(names = "--all", description = "All of the type in the namespace.")
    private boolean all;

    @Option(names = "--grace-period", paramLabel = "SECONDS", description = "How long pods have to end.")
    private @Nullable Long graceSeconds;

    @Option(names = "--now", description = "With a grace period of one second.")
    private boolean now;

    @Option(names = "--force", description = "Forget the object at once, whatever becomes of what it stands for.")
    private boolean force;

    @Option(names = "--cascade", paramLabel = "WAY", defaultValue = "background", description = "background, foreground or orphan: what becomes of what it owns.")
    private String cascade = "background";

    @Option(names = "--wait", negatable = true, defaultValue = "true", fallbackValue = "true", description = "Wait until they are gone.")
    private boolean wait = true;

    @Option(names = "--ignore-not-found", description = "What is gone already is no error.")
    private boolean ignoreMissing;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var doomed = doomed();
        var uids = new LinkedHashMap<Doomed, String>();
        for (var victim : doomed) {
            delete(victim, uids);
        }
        if (wait && !force) {
            for (var entry : uids.entrySet()) {
                awaitGone(entry.getKey(), entry.getValue());
            }
        }
        return 0;
    }

    private List<Doomed> doomed() throws IOException {
        var doomed = new ArrayList<Doomed>();
        if (files != null) {
            for (var object : Manifests.read(files)) {
                var metadata = object.path("metadata");
                doomed.add(new Doomed(Kind.of(connection, object), metadata.path("namespace").asText(connection.namespace()), metadata.path("name").asText()));
            }
            return doomed;
        }
        for (var target : Target.parse(connection, arguments)) {
            if (!target.name().isEmpty()) {
                doomed.add(new Doomed(target.kind(), connection.namespace(), target.name()));
            } else if (all || selector != null) {
                matching(target.kind(), doomed);
            } else {
                throw new UsageException("name the objects, or say --all or -l LABELS");
            }
        }
        return doomed;
    }

    private void matching(Kind kind, List<Doomed> doomed) {
        Map<String, String> query = selector == null ? Map.of() : Map.of("labelSelector", selector);
        var list = Connection.object(connection.client().send("GET", kind.path(connection.namespace()), query, null, null));
        Output.items(list).forEach(item -> doomed.add(new Doomed(kind, connection.namespace(), item.path("metadata").path("name").asText())));
    }

    private void delete(Doomed victim, Map<Doomed, String> uids) {
        var options = new LinkedHashMap<String, Object>(Map.of("apiVersion", "v1", "kind", "DeleteOptions", "propagationPolicy", policy()));
        Long grace = force ? Long.valueOf(0) : now ? Long.valueOf(1) : graceSeconds;
        if (grace != null) {
            options.put("gracePeriodSeconds", grace);
        }
        try {
            var answer = Connection.object(connection.client().send("DELETE", victim.path(), Map.of(), "application/json", Json.bytes(options)));
            var uid = answer.path("metadata").path("uid").asText(answer.path("details").path("uid").asText());
            uids.put(victim, uid);
            System.out.println(victim.kind().qualified() + " \"" + victim.name() + "\" " + (force ? "force deleted" : "deleted"));
        } catch (ApiException e) {
            if (!e.isNotFound() || !ignoreMissing) {
                throw e;
            }
        }
    }

    private String policy() {
        return switch (cascade) {
            case "background", "true" -> "Background";
            case "foreground" -> "Foreground";
            case "orphan", "false" -> "Orphan";
            default -> throw new UsageException("--cascade is background, foreground or orphan");
        };
    }

    private void awaitGone(Doomed victim, String uid) throws InterruptedException {
        while (true) {
            var present = connection.find(victim.path());
            if (present == null || !present.path("metadata").path("uid").asText().equals(uid)) {
                return;
            }
            Thread.sleep(100);
        }
    }
}
