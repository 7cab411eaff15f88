package io.moka.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.kubectl.describe.Describer;
import io.moka.machinery.client.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `rollout`: follows and steers the way of a deployment, daemon set or stateful set from one template to the next.
@Command(name = "rollout", mixinStandardHelpOptions = true, description = "Follow and steer rollouts.", synopsisSubcommandLabel = "COMMAND")
final class RolloutCommand {

    private static final Duration POLL = Duration.ofMillis(100);

    @Command(name = "status", mixinStandardHelpOptions = true, description = "Wait until the rollout is complete.")
    int status(@Mixin Connection connection, @Mixin Selection selection,
            @Option(names = "--timeout", paramLabel = "DURATION", defaultValue = "0s", description = "How long to wait; 0 for as long as it takes.") String timeout,
            @Option(names = {"-w", "--watch"}, negatable = true, defaultValue = "true", fallbackValue = "true", description = "Wait until it is complete.") boolean watch,
            @Option(names = "--revision", paramLabel = "N", defaultValue = "0", description = "Wait for this revision of a deployment.") long revision)
            throws IOException, InterruptedException {
        var limit = Limit.parse(timeout);
        for (var item : selection.items(connection, true)) {
            follow(connection, item, limit, watch, revision);
        }
        return 0;
    }

    private static void follow(Connection connection, Selection.Item item, Duration limit, boolean watch, long revision) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        String said = "";
        while (true) {
            var object = connection.get(item.path());
            var progress = RolloutProgress.of(item.kind(), object);
            long running = object.path("metadata").path("annotations").path("deployment.kubernetes.io/revision").asLong();
            if (revision > 0 && item.kind().type().kind().equals("Deployment") && running != revision) {
                throw new UsageException("desired revision (" + revision + ") is different from the running revision (" + running + ")");
            }
            if (progress instanceof RolloutProgress.Failed) {
                throw new UsageException(progress.message());
            }
            if (!progress.message().equals(said)) {
                said = progress.message();
                System.out.println(said);
            }
            if (progress instanceof RolloutProgress.Complete || !watch) {
                return;
            }
            if (!limit.isZero() && System.nanoTime() - deadline > 0) {
                throw new UsageException("timed out waiting for the condition");
            }
            Thread.sleep(POLL);
        }
    }

    @Command(name = "history", mixinStandardHelpOptions = true, description = "Show the revisions that can be gone back to.")
    int history(@Mixin Connection connection, @Mixin Selection selection,
            @Option(names = "--revision", paramLabel = "N", defaultValue = "0", description = "Show the pod template of this revision.") long wanted) throws IOException {
        for (var item : selection.items(connection, true)) {
            var revisions = Revision.of(connection, item, connection.get(item.path()));
            if (wanted > 0) {
                var revision = find(revisions, wanted);
                System.out.println(item + " with revision #" + wanted);
                System.out.println(Describer.template(revision.keeper().has("data") ? revision.template() : revision.keeper().path("spec").path("template")));
                continue;
            }
            System.out.println(item + " ");
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("REVISION", "CHANGE-CAUSE"));
            revisions.forEach(revision -> rows.add(List.of(Long.toString(revision.number()), revision.cause())));
            Columns.print(rows, 2, System.out);
            System.out.println();
        }
        return 0;
    }

    private static Revision find(List<Revision> revisions, long wanted) {
        return revisions.stream().filter(revision -> revision.number() == wanted).findFirst()
                .orElseThrow(() -> new UsageException("unable to find the specified revision"));
    }

    @Command(name = "undo", mixinStandardHelpOptions = true, description = "Go back to an earlier revision.")
    int undo(@Mixin Connection connection, @Mixin Selection selection,
            @Option(names = "--to-revision", paramLabel = "N", defaultValue = "0", description = "Default: the one before the last.") long wanted) throws IOException {
        for (var item : selection.items(connection, true)) {
            System.out.println(item + " " + undo(connection, item, wanted));
        }
        return 0;
    }

    private static String undo(Connection connection, Selection.Item item, long wanted) {
        var object = connection.get(item.path());
        boolean deployment = item.kind().type().kind().equals("Deployment");
        if (object.path("spec").path("paused").asBoolean()) {
            throw new UsageException("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/" + item.name() + "' and try again");
        }
        var revisions = Revision.of(connection, item, object);
        if (wanted == 0 && revisions.size() < 2) {
            throw new UsageException(deployment ? "no rollout history found for deployment \"" + item.name() + "\"" : "no last revision to roll back to");
        }
        var chosen = wanted == 0 ? revisions.get(revisions.size() - 2) : revisions.stream().filter(revision -> revision.number() == wanted).findFirst()
                .orElseThrow(() -> new UsageException("unable to find specified revision " + wanted + " in history"));
        if (chosen.matches(object)) {
            return "skipped rollback (current template already matches revision " + (deployment || wanted != 0 ? chosen.number() : wanted) + ")";
        }
        chosen.restore(connection, item, object);
        return "rolled back";
    }

    @Command(name = "restart", mixinStandardHelpOptions = true, description = "Replace all pods, step by step.")
    int restart(@Mixin Connection connection, @Mixin Selection selection) throws IOException {
        for (var item : selection.items(connection, true)) {
            var object = connection.get(item.path());
            if (!object.path("spec").path("template").isObject() || item.kind().type().group().equals("batch")) {
                throw new UsageException(item.kind().type().qualifiedPlural() + " \"" + item.name() + "\" restarting is not supported");
            }
            if (object.path("spec").path("paused").asBoolean()) {
                throw refused(item, "can't restart paused deployment (run rollout resume first)");
            }
            var now = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS));
            connection.patch(item.path(), PatchType.STRATEGIC, Map.of("spec", Map.of("template", Map.of("metadata",
                    Map.of("annotations", Map.of("kubectl.kubernetes.io/restartedAt", now))))));
            System.out.println(item + " restarted");
        }
        return 0;
    }

    @Command(name = "pause", mixinStandardHelpOptions = true, description = "Let changes of the template wait.")
    int pause(@Mixin Connection connection, @Mixin Selection selection) throws IOException {
        for (var item : selection.items(connection, true)) {
            if (requireDeployment(connection, item, "pausing").path("spec").path("paused").asBoolean()) {
                throw refused(item, "is already paused");
            }
            setPaused(connection, item, true, "paused");
        }
        return 0;
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Go on after a pause.")
    int resume(@Mixin Connection connection, @Mixin Selection selection) throws IOException {
        for (var item : selection.items(connection, true)) {
            if (!requireDeployment(connection, item, "resuming").path("spec").path("paused").asBoolean()) {
                throw refused(item, "is not paused");
            }
            setPaused(connection, item, false, "resumed");
        }
        return 0;
    }

    private static JsonNode requireDeployment(Connection connection, Selection.Item item, String what) {
        ObjectNode object = connection.get(item.path());
        if (!item.kind().type().kind().equals("Deployment")) {
            throw refused(item, what + " is not supported");
        }
        return object;
    }

    private static UsageException refused(Selection.Item item, String why) {
        return new UsageException(item.kind().type().qualifiedPlural() + " \"" + item.name() + "\" " + why);
    }

    private static void setPaused(Connection connection, Selection.Item item, boolean paused, String done) {
        connection.patch(item.path(), PatchType.MERGE, Map.of("spec", Map.of("paused", paused)));
        System.out.println(item + " " + done);
    }
}
